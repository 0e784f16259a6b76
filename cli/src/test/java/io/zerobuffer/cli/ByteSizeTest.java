package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1024,1024", "7B,7", "4KB,4096", "4kb,4096", "3 MB,3145728", "256Mb,268435456", "5GB,5368709120"
    })
    void shouldReadUnitsOf1024InAnyCase(String text, long bytes) {
        assertEquals(bytes, ByteSize.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KB", "-1", "1.5MB", "12TB", "0x10", "1 2", "9223372036854775808", "9999999999GB"})
    void shouldRejectWhatIsNotASize(String text) {
        assertThrows(TypeConversionException.class, () -> ByteSize.parse(text));
    }

    @Test
    void shouldReadARangeOfSizes() {
        assertEquals(new SizeRange(100, 4096), SizeRange.parse("100-4KB"));
        assertEquals(new SizeRange(2048, 2048), SizeRange.parse("2KB"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5-4", "0-4", "-4", "4-", "1-2-3"})
    void shouldRejectARangeThatIsNone(String text) {
        assertThrows(TypeConversionException.class, () -> SizeRange.parse(text));
    }
}

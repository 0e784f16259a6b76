package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/** A frame a peer has taken and holds. */
record Taken(String handle, long sequence, int size, String crc32c) {
    private static final Pattern PATTERN = new Pattern();

    /** The frame in the answer to a read. */
    static Taken from(Pending read) {
        List<String> values = read.ok();
        assertEquals("frame", values.getFirst(), read.toString());
        return new Taken(values.get(1), Long.parseLong(values.get(2)), Integer.parseInt(values.get(3)), values.get(4));
    }

    /** Demands that size and bytes are those of this pattern. */
    void is(int expectedSize, long index) {
        assertEquals(expectedSize, size, () -> "size of " + this);
        assertEquals(crc32c(expectedSize, index), crc32c, () -> "bytes of " + this + " as pattern " + index);
    }

    static String crc32c(int size, long index) {
        return crc32c(PATTERN.of(index, size).asByteBuffer());
    }

    static String crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}

package io.zerobuffer.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The sizes frames may have: one size, or MIN-MAX with both bounds included. */
record SizeRange(long min, long max) {
    static SizeRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            long size = ByteSize.parse(text);
            return new SizeRange(size, size);
        }
        SizeRange range =
                new SizeRange(ByteSize.parse(text.substring(0, dash)), ByteSize.parse(text.substring(dash + 1)));
        if (range.min < 1 || range.max < range.min) {
            throw new TypeConversionException(
                    "'" + text + "' is not a range of sizes; write MIN-MAX with 1 <= MIN <= MAX");
        }
        return range;
    }

    boolean isFixed() {
        return min == max;
    }

    @Override
    public String toString() {
        return isFixed() ? Long.toString(min) : min + "-" + max;
    }

    static final class Converter implements ITypeConverter<SizeRange> {
        @Override
        public SizeRange convert(String text) {
            return parse(text);
        }
    }
}

package io.zerobuffer.cli;

import java.util.Locale;

/** What the bytes of a frame are. */
enum Pattern {
    /** Byte j of frame i is (i + j) mod 256. */
    SEQUENTIAL,
    /** Frame i is the output of splitmix64 started at seed + i, as little-endian 64-bit words. */
    RANDOM,
    /** Every byte is 0x00. */
    ZERO,
    /** Every byte is 0xFF. */
    ONES;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

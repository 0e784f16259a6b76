package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/** What a relay does to a frame on its way from one ring to the other. */
enum Transform {
    NONE {
        @Override
        void apply(MemorySegment from, MemorySegment to, int key) {
            to.copyFrom(from);
        }
    },
    REVERSE {
        @Override
        void apply(MemorySegment from, MemorySegment to, int key) {
            long size = from.byteSize();
            long inWords = size & -Long.BYTES;
            for (long at = 0; at < inWords; at += Long.BYTES) {
                to.set(
                        ValueLayout.JAVA_LONG_UNALIGNED,
                        size - Long.BYTES - at,
                        Long.reverseBytes(from.get(ValueLayout.JAVA_LONG_UNALIGNED, at)));
            }
            for (long at = inWords; at < size; at++) {
                to.set(ValueLayout.JAVA_BYTE, size - 1 - at, from.get(ValueLayout.JAVA_BYTE, at));
            }
        }
    },
    XOR {
        @Override
        void apply(MemorySegment from, MemorySegment to, int key) {
            long size = from.byteSize();
            long inWords = size & -Long.BYTES;
            long keys = key * 0x0101010101010101L;
            for (long at = 0; at < inWords; at += Long.BYTES) {
                to.set(ValueLayout.JAVA_LONG_UNALIGNED, at, from.get(ValueLayout.JAVA_LONG_UNALIGNED, at) ^ keys);
            }
            for (long at = inWords; at < size; at++) {
                to.set(ValueLayout.JAVA_BYTE, at, (byte) (from.get(ValueLayout.JAVA_BYTE, at) ^ key));
            }
        }
    };

    /**
     * @param to as large as {@code from}
     * @param key 0 to 255, the byte for XOR
     */
    abstract void apply(MemorySegment from, MemorySegment to, int key);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

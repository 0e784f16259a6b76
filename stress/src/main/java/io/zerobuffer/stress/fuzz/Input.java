package io.zerobuffer.stress.fuzz;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Takes an input apart from its start; behind its end there are zeros. */
final class Input {
    private final byte[] bytes;
    private int position;

    Input(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isUsedUp() {
        return position >= bytes.length;
    }

    /** 0 to 255. */
    int unsignedByte() {
        return position < bytes.length ? bytes[position++] & 0xff : 0;
    }

    /** 0 to 65535. */
    int unsignedShort() {
        return unsignedByte() | unsignedByte() << 8;
    }

    long longValue() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            value |= (long) unsignedByte() << shift;
        }
        return value;
    }

    boolean flag() {
        return (unsignedByte() & 1) != 0;
    }

    /** From a first to a last value. */
    long between(long first, long last) {
        return first + unsignedShort() % (last - first + 1);
    }

    /** Any number, but more often one that may matter where sizes and positions go up to a limit. */
    long valueNear(long limit) {
        return switch (unsignedByte() % 6) {
            case 0 -> longValue();
            case 1 -> (byte) unsignedByte();
            case 2 -> limit + (byte) unsignedByte();
            case 3 -> Long.MIN_VALUE + between(0, limit);
            default -> between(0, limit);
        };
    }

    /** Fills as much of a segment as the input still has bytes for, or asks for. */
    void fill(MemorySegment target) {
        int length = (int) Math.min(target.byteSize(), Math.min(unsignedShort(), bytes.length - position));
        MemorySegment.copy(bytes, position, target, ValueLayout.JAVA_BYTE, 0, length);
        position += length;
    }
}

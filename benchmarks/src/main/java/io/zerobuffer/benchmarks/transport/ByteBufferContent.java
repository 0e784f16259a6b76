package io.zerobuffer.benchmarks.transport;

import java.nio.ByteBuffer;

/** A frame in a part of a little-endian buffer. */
final class ByteBufferContent implements Content {
    private ByteBuffer buffer;
    private int offset;
    private int size;

    ByteBufferContent of(ByteBuffer buffer, int offset, int size) {
        this.buffer = buffer;
        this.offset = offset;
        this.size = size;
        return this;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long getLong(int index) {
        return buffer.getLong(offset + index);
    }

    @Override
    public byte getByte(int index) {
        return buffer.get(offset + index);
    }
}

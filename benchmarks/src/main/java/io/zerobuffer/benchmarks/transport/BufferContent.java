package io.zerobuffer.benchmarks.transport;

import org.agrona.DirectBuffer;

/** A frame in a buffer of Agrona, as Aeron and its ring buffers hand it out. */
final class BufferContent implements Content {
    private DirectBuffer buffer;
    private int offset;
    private int size;

    BufferContent of(DirectBuffer buffer, int offset, int size) {
        this.buffer = buffer;
        this.offset = offset;
        this.size = size;
        return this;
    }

    DirectBuffer buffer() {
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
        return buffer.getByte(offset + index);
    }
}

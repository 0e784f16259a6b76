package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** How a server makes the answer out of the request. */
enum Handler {
    /** The request as it is. */
    ECHO {
        @Override
        void answer(MemorySegment request, MemorySegment answer, int key) {
            Transform.NONE.apply(request, answer, key);
        }
    },
    /** Every byte with the key. */
    XOR {
        @Override
        void answer(MemorySegment request, MemorySegment answer, int key) {
            Transform.XOR.apply(request, answer, key);
        }
    },
    /** The request twice, one behind the other. */
    DOUBLE {
        @Override
        long answerSize(long requestSize) {
            return 2 * requestSize;
        }

        @Override
        void answer(MemorySegment request, MemorySegment answer, int key) {
            answer.asSlice(0, request.byteSize()).copyFrom(request);
            answer.asSlice(request.byteSize()).copyFrom(request);
        }
    };

    long answerSize(long requestSize) {
        return requestSize;
    }

    /**
     * @param answer of {@link #answerSize}
     * @param key 0 to 255, the byte for XOR
     */
    abstract void answer(MemorySegment request, MemorySegment answer, int key);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

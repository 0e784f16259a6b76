package io.zerobuffer.cli;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the answers to the requests under way should be. */
final class AnswerCheck {
    private final Handler handler;
    private final int key;
    private final MemorySegment[] memory;
    private final long[] sizes;

    AnswerCheck(Handler handler, int key, int requestsUnderWay) {
        this.handler = handler;
        this.key = key;
        this.memory = new MemorySegment[requestsUnderWay];
        this.sizes = new long[requestsUnderWay];
    }

    void expect(long index, MemorySegment request) {
        int slot = slot(index);
        sizes[slot] = handler.answerSize(request.byteSize());
        if (memory[slot] == null || memory[slot].byteSize() < sizes[slot]) {
            // Of longs, for answers of more than 2 GiB.
            memory[slot] =
                    MemorySegment.ofArray(new long[Math.toIntExact((sizes[slot] + Long.BYTES - 1) / Long.BYTES)]);
        }
        handler.answer(request, expected(slot), key);
    }

    /** What is wrong with the answer to request {@code index}, or null. */
    @Nullable
    String problem(long index, MemorySegment answer) {
        MemorySegment expected = expected(slot(index));
        if (answer.byteSize() != expected.byteSize()) {
            return "answer " + index + " has " + answer.byteSize() + " bytes instead of " + expected.byteSize();
        }
        long different = expected.mismatch(answer);
        return different < 0 ? null : "answer " + index + " differs from that of " + handler + " at byte " + different;
    }

    private int slot(long index) {
        return (int) (index % sizes.length);
    }

    private MemorySegment expected(int slot) {
        return memory[slot].asSlice(0, sizes[slot]);
    }
}

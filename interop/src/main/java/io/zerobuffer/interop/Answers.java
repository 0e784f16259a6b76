package io.zerobuffer.interop;

import io.zerobuffer.Frame;
import io.zerobuffer.duplex.Response;
import java.util.Locale;

/** What a handler answers: byte j to a request of n bytes is byte j mod n of the request, xor {@code mask}. */
enum Answers {
    ECHO(1, 0) {
        @Override
        void answer(Frame request, Response response) {
            response.write(request);
        }
    },
    XOR(1, 0x5A),
    DOUBLE(2, 0);

    private final int factor;
    private final int mask;

    Answers(int factor, int mask) {
        this.factor = factor;
        this.mask = mask;
    }

    static Answers named(String word) {
        for (Answers answers : values()) {
            if (answers.word().equals(word)) {
                return answers;
            }
        }
        throw new Refusal("usage", "no handler " + word);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many times as long as the request the answer is. */
    int factor() {
        return factor;
    }

    /** Answers a request in place. */
    void answer(Frame request, Response response) {
        long size = request.size();
        response.write(size * factor, claim -> {
            for (long j = 0; j < claim.size(); j++) {
                claim.putByte(j, (byte) (request.getByte(j % size) ^ mask));
            }
        });
    }

    /** Demands that this is the answer to a request of pattern {@code index} and so many bytes. */
    void verify(Frame answer, long index, int asked) {
        if (answer.size() != (long) asked * factor) {
            throw new Refusal("verify", "frame=" + index + " size " + answer.size() + " to a request of " + asked);
        }
        for (long j = 0; j < answer.size(); j++) {
            if (answer.getByte(j) != (byte) (index + j % asked ^ mask)) {
                throw new Refusal(
                        "verify", "frame=" + index + " byte " + j + " is " + Byte.toUnsignedInt(answer.getByte(j)));
            }
        }
    }
}

package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AnswerCheckTest {
    private static final int KEY = 0xA5;

    @ParameterizedTest
    @EnumSource(Handler.class)
    void shouldFindASingleWrongByteWhereverItIs(Handler handler) {
        AnswerCheck check = new AnswerCheck(handler, KEY, 1);
        byte[] request = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        byte[] answer = answer(handler, request);
        check.expect(0, MemorySegment.ofArray(request));
        assertNull(check.problem(0, MemorySegment.ofArray(answer)));
        for (int i = 0; i < answer.length; i++) {
            byte[] wrong = answer.clone();
            wrong[i]++;
            assertEquals(
                    "answer 0 differs from that of " + handler + " at byte " + i,
                    check.problem(0, MemorySegment.ofArray(wrong)));
        }
    }

    @Test
    void shouldKeepApartTheRequestsUnderWay() {
        AnswerCheck check = new AnswerCheck(Handler.ECHO, KEY, 2);
        check.expect(0, MemorySegment.ofArray(request(0)));
        for (int i = 1; i < 10; i++) {
            check.expect(i, MemorySegment.ofArray(request(i)));
            assertNull(check.problem(i - 1, MemorySegment.ofArray(request(i - 1))));
        }
        assertEquals("answer 9 has 5 bytes instead of 4", check.problem(9, MemorySegment.ofArray(new byte[5])));
    }

    private static byte[] request(int index) {
        byte[] request = new byte[1 + index * 7 % 5];
        request[0] = (byte) index;
        return request;
    }

    /** Written out once more, byte by byte. */
    private static byte[] answer(Handler handler, byte[] request) {
        byte[] answer = new byte[handler == Handler.DOUBLE ? 2 * request.length : request.length];
        for (int i = 0; i < answer.length; i++) {
            int b = request[i % request.length];
            answer[i] = (byte) (handler == Handler.XOR ? b ^ KEY : b);
        }
        return answer;
    }
}

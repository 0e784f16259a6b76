package io.zerobuffer.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.stress.KillPoint.Role;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KillPointTest {
    @ParameterizedTest
    @EnumSource
    void namesAMethodThatTheLibraryHas(KillPoint point) throws ClassNotFoundException {
        Class<?> owner = Class.forName(point.owner.replace('/', '.'), false, KillPoint.class.getClassLoader());

        assertTrue(
                Arrays.stream(owner.getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals(point.method)),
                point.toString());
    }

    @ParameterizedTest
    @EnumSource
    void isAmongThoseOfItsRoleAndPhaseOnly(KillPoint point) {
        Role other = point.role == Role.READER ? Role.WRITER : Role.READER;

        assertTrue(KillPoint.of(point.role, point.phase).contains(point));
        assertEquals(false, KillPoint.of(other, point.phase).contains(point));
    }
}

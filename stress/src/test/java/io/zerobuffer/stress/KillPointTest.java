package io.zerobuffer.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.stress.KillPoint.Role;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class KillPointTest {
    @ParameterizedTest
    @EnumSource
    void namesAMethodThatTheLibraryHas(KillPoint point) throws ClassNotFoundException {
        Class<?> owner = Class.forName(point.owner.replace('/', '.'), false, KillPoint.class.getClassLoader());

        assertTrue(Arrays.stream(owner.getDeclaredMethods()).anyMatch(method -> method.getName().equals(point.method)), point.toString());
    }

    @ParameterizedTest
    @EnumSource
    void isAmongThoseOfItsRoleAndPhaseOnly(KillPoint point) {
        Role other = point.role == Role.READER ? Role.WRITER : Role.READER;

        assertTrue(KillPoint.of(point.role, point.phase).contains(point));
        assertEquals(false, KillPoint.of(other, point.phase).contains(point));
    }

    /** Dying between two stores is played for just those methods that have two. */
    @ParameterizedTest
    @EnumSource
    void knowsHowOftenItsMethodStores(KillPoint point) throws IOException {
        int[] most = {1};
        new ClassReader(KillPoint.class.getClassLoader().getResourceAsStream(point.owner + ".class")).accept(new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
                return !name.equals(point.method) ? null : new MethodVisitor(Opcodes.ASM9) {
                    private int stores;

                    @Override
                    public void visitMethodInsn(int opcode, String owner, String called, String calledDescriptor, boolean isInterface) {
                        stores += KillAgent.isStore(owner, called) ? 1 : 0;
                        most[0] = Math.max(most[0], stores);
                    }
                };
            }
        }, 0);

        assertEquals(most[0], point.stores);
    }
}

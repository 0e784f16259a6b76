package io.zerobuffer.stress;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.AdviceAdapter;

/** Calls {@link KillSwitch#pass} in front of and behind every method that {@link KillPoint} names. */
public final class KillAgent implements ClassFileTransformer {
    private static final String KILL_SWITCH = Type.getInternalName(KillSwitch.class);

    private final Set<String> owners =
            Arrays.stream(KillPoint.values()).map(point -> point.owner).collect(Collectors.toSet());

    private KillAgent() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new KillAgent());
    }

    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
        if (!owners.contains(name)) {
            return null;
        }
        ClassReader reader = new ClassReader(classFile);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Instrumenter(name, writer), ClassReader.EXPAND_FRAMES);
        return writer.toByteArray();
    }

    private static final class Instrumenter extends ClassVisitor {
        private final String owner;

        Instrumenter(String owner, ClassVisitor next) {
            super(Opcodes.ASM9, next);
            this.owner = owner;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            int number = KillPoint.methodNumber(owner, name);
            return number < 0 ? next : new Passing(next, access, name, descriptor, number);
        }
    }

    private static final class Passing extends AdviceAdapter {
        private final int number;

        Passing(MethodVisitor next, int access, String name, String descriptor, int number) {
            super(Opcodes.ASM9, next, access, name, descriptor);
            this.number = number;
        }

        @Override
        protected void onMethodEnter() {
            pass(false);
        }

        @Override
        protected void onMethodExit(int opcode) {
            if (opcode != ATHROW) {
                pass(true);
            }
        }

        private void pass(boolean behind) {
            push(KillSwitch.site(number, behind));
            visitMethodInsn(INVOKESTATIC, KILL_SWITCH, "pass", "(I)V", false);
        }
    }
}

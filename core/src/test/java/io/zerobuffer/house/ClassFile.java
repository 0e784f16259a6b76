package io.zerobuffer.house;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a class file tells of a class: whom it refers to, what it shows to others, how long its methods are. See chapter
 * 4 of the Java Virtual Machine Specification.
 *
 * @param name as in {@code io.zerobuffer.Reader}
 * @param isPublic whether it, and each class around it, is public or protected
 * @param referred the names of all classes it refers to
 * @param shown its superclass, its interfaces, and the types in the signatures of its public and protected members
 */
record ClassFile(String name, boolean isPublic, Set<String> referred, Set<String> shown, List<Method> methods) {
    private static final int PUBLIC = 0x0001;
    private static final int PROTECTED = 0x0004;
    private static final int SYNTHETIC = 0x1000;

    private static final Pattern CLASS_IN_SIGNATURE = Pattern.compile("L([\\w/$]+)[;<]");

    /** @param bytecodes how many bytes of them, which is what HotSpot's limits of inlining count */
    record Method(String name, int bytecodes) {}

    private record Member(int access, String name, Set<String> types, int bytecodes) {
        boolean isShown() {
            return (access & (PUBLIC | PROTECTED)) != 0 && (access & SYNTHETIC) == 0;
        }
    }

    static ClassFile of(Path file) {
        try {
            return new Parser(Files.readAllBytes(file)).parse();
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    String packageName() {
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static final class Parser {
        private final DataInputStream in;
        private Object[] constants;
        private final Set<String> referred = new TreeSet<>();

        Parser(byte[] bytes) {
            in = new DataInputStream(new ByteArrayInputStream(bytes));
        }

        ClassFile parse() throws IOException {
            in.skipBytes(8);
            readConstants();
            int access = in.readUnsignedShort();
            String name = className(in.readUnsignedShort());
            Set<String> shown = new TreeSet<>();
            int superclass = in.readUnsignedShort();
            if (superclass != 0) {
                shown.add(className(superclass));
            }
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                shown.add(className(in.readUnsignedShort()));
            }
            List<Member> members = readMembers();
            List<Member> methods = readMembers();
            members.addAll(methods);
            members.stream().filter(Member::isShown).forEach(member -> shown.addAll(member.types()));
            // What an inner class may be used for is in an attribute; its own flags say public for protected.
            boolean isPublic = readInnerAccess(name, access);
            return new ClassFile(
                    name,
                    isPublic,
                    referred,
                    shown,
                    methods.stream()
                            .map(method -> new Method(method.name(), method.bytecodes()))
                            .toList());
        }

        private void readConstants() throws IOException {
            constants = new Object[in.readUnsignedShort()];
            List<Integer> classes = new ArrayList<>();
            for (int i = 1; i < constants.length; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> constants[i] = in.readUTF();
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
                    case 5, 6 -> {
                        in.skipBytes(8);
                        i++;
                    }
                    case 7 -> {
                        constants[i] = in.readUnsignedShort();
                        classes.add(i);
                    }
                    case 8, 16, 19, 20 -> in.skipBytes(2);
                    case 15 -> in.skipBytes(3);
                    default -> throw new IllegalStateException("constant of kind " + tag);
                }
            }
            classes.forEach(at -> referred.add(className(at)));
            for (Object constant : constants) {
                // Descriptors and signatures; other text of that form does not occur here.
                if (constant instanceof String text && (text.startsWith("(") || text.endsWith(";"))) {
                    referred.addAll(classesIn(text));
                }
            }
        }

        private List<Member> readMembers() throws IOException {
            List<Member> members = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                int access = in.readUnsignedShort();
                String name = (String) constants[in.readUnsignedShort()];
                Set<String> types = new TreeSet<>(classesIn((String) constants[in.readUnsignedShort()]));
                int bytecodes = 0;
                for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                    String attribute = (String) constants[in.readUnsignedShort()];
                    int length = in.readInt();
                    if (attribute.equals("Code")) {
                        in.skipBytes(4);
                        bytecodes = in.readInt();
                        in.skipBytes(length - 8);
                    } else if (attribute.equals("Signature")) {
                        types.addAll(classesIn((String) constants[in.readUnsignedShort()]));
                    } else {
                        in.skipBytes(length);
                    }
                }
                members.add(new Member(access, name, types, bytecodes));
            }
            return members;
        }

        private boolean readInnerAccess(String name, int access) throws IOException {
            boolean isPublic = (access & PUBLIC) != 0;
            for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
                String attribute = (String) constants[in.readUnsignedShort()];
                int length = in.readInt();
                if (!attribute.equals("InnerClasses")) {
                    in.skipBytes(length);
                    continue;
                }
                for (int left = in.readUnsignedShort(); left > 0; left--) {
                    String inner = className(in.readUnsignedShort());
                    in.skipBytes(4);
                    int flags = in.readUnsignedShort();
                    if (name.equals(inner) || name.startsWith(inner + "$")) {
                        isPublic &= (flags & (PUBLIC | PROTECTED)) != 0;
                    }
                }
            }
            return isPublic;
        }

        private String className(int at) {
            String text = (String) constants[(Integer) constants[at]];
            if (text.startsWith("[")) {
                Set<String> element = classesIn(text);
                return element.isEmpty() ? text : element.iterator().next();
            }
            return text.replace('/', '.');
        }

        private static Set<String> classesIn(String signature) {
            Set<String> classes = new TreeSet<>();
            for (Matcher found = CLASS_IN_SIGNATURE.matcher(signature); found.find(); ) {
                classes.add(found.group(1).replace('/', '.'));
            }
            return classes;
        }
    }
}

package io.zerobuffer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Jars as Maven makes them later: the program, of the classes under test and with the manifest of pom.xml; and agents.
 */
final class ProgramJar {
    private static final List<String> LIBRARIES = List.of("zerobuffer", "picocli", "jackson-core", "HdrHistogram");
    private static final Pattern ENTRIES = Pattern.compile("<manifestEntries>(.*?)</manifestEntries>", Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile("<([\\w-]+)>([^<$]*)</");

    private ProgramJar() {}

    static void build(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        Matcher entries = ENTRIES.matcher(Files.readString(Path.of("pom.xml")));
        if (!entries.find()) {
            throw new IOException("pom.xml has no manifest");
        }
        ENTRY.matcher(entries.group(1)).results().forEach(entry -> manifest.getMainAttributes()
                .putValue(entry.group(1), entry.group(2)));
        Set<String> names = new HashSet<>();
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (String entry : System.getProperty("java.class.path").split(":")) {
                Path place = Path.of(entry);
                if (Files.isDirectory(place)) {
                    if (!entry.endsWith("test-classes")) {
                        add(place, jar, names);
                    }
                } else if (LIBRARIES.stream()
                        .anyMatch(library -> place.getFileName().toString().startsWith(library))) {
                    try (FileSystem archive = FileSystems.newFileSystem(place)) {
                        add(archive.getPath("/"), jar, names);
                    }
                }
            }
        }
    }

    private static void add(Path root, JarOutputStream jar, Set<String> names) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString();
                if (!name.endsWith("module-info.class") && !name.startsWith("META-INF/MANIFEST") && names.add(name)) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(file, jar);
                }
            }
        }
    }

    /** An agent that prints to standard output before the program begins, and while it runs, and when it ends. */
    static Path buildAgent(Path directory) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", TalkingAgent.class.getName());
        String name = TalkingAgent.class.getName().replace('.', '/') + ".class";
        Path file = directory.resolve("agent.jar");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(
                    TalkingAgent.class.getResourceAsStream("TalkingAgent.class").readAllBytes());
        }
        return file;
    }
}

package io.zerobuffer.stress;

import io.zerobuffer.Reader;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Java;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.commons.AdviceAdapter;

/**
 * Where the run keeps its things, and what it makes before it begins: the C peer, and the jar that names the Java
 * agent.
 */
public final class Workshop {
    private final Path root;
    private final Path folder;
    private final List<String> javaCommand;
    private int javaSides;
    private final Path cPeer;

    /**
     * @param root the project's directory
     * @param folder for logs and programs; made if it is missing
     */
    Workshop(Path root, Path folder) throws IOException, InterruptedException {
        this.root = root;
        this.folder = Files.createDirectories(folder);
        this.javaCommand = javaCommand(makeAgent());
        this.cPeer = folder.resolve("peer");
        makePeer();
    }

    /** The nearest directory above that has the peers. */
    public static Path findRoot(Path start) {
        Path directory = start.toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve(Path.of("interop", "peers", "c", "peer.c")))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException(
                    "neither " + start.toAbsolutePath() + " nor a directory above has interop/peers");
        }
        return directory;
    }

    Path root() {
        return root;
    }

    Path folder() {
        return folder;
    }

    Path cPeer() {
        return cPeer;
    }

    /**
     * Most sides die before the optimising compiler would get to them, and start in half the time without it; every
     * fourth has it.
     */
    List<String> javaCommand() {
        boolean optimises = javaSides++ % 4 == 3;
        return optimises
                ? javaCommand
                : Stream.concat(
                                Stream.of(javaCommand.getFirst(), "-XX:TieredStopAtLevel=1"),
                                javaCommand.stream().skip(1))
                        .toList();
    }

    /** The Java that runs this, without a class path. */
    public static List<String> java() {
        // A killed JVM would leave its performance data in /tmp.
        return List.of(
                Java.program(),
                "-XX:-UsePerfData",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED");
    }

    static String classPath() {
        return Java.classPathOf(Side.class, Reader.class, ClassVisitor.class, AdviceAdapter.class);
    }

    private static List<String> javaCommand(Path agent) {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-javaagent:" + agent, "-cp", classPath(), Side.class.getName()));
        return List.copyOf(command);
    }

    private Path makeAgent() {
        Path jar = folder.resolve("agent.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", KillAgent.class.getName());
        try {
            new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    private void makePeer() throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                        "gcc",
                        "-std=gnu11",
                        "-O2",
                        "-pthread",
                        "-o",
                        cPeer.toString(),
                        root.resolve(Path.of("interop", "peers", "c", "peer.c")).toString())
                .inheritIO();
        try (ChildProcess gcc = ChildProcess.start(command)) {
            if (gcc.exitStatus() != 0) {
                throw new IOException("cannot build the C peer");
            }
        }
    }
}

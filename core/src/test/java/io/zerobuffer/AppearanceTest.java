package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.internal.os.linux.LinuxOperatingSystem;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A buffer appears whole or not at all: a C# program that finds less than a buffer gives up for good. */
final class AppearanceTest {
    private static final int CREATIONS = 1000;
    private static final long LENGTH = 128 + 64 + 4096 + 64;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldNeverShowAnUnfinishedBuffer() throws IOException, InterruptedException {
        try (ChildProcess watcher = ChildJvm.start(List.of(), Watcher.class, name)) {
            assertEquals("watching", watcher.readLine());
            for (int i = 0; i < CREATIONS; i++) {
                Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))
                        .close();
            }
            watcher.endInput();
            assertEquals("whole", watcher.readLine());
            assertEquals(0, watcher.exitStatus());
        }
    }

    @Test
    void shouldRemoveWhatAMakerLeftThatDiedBeforeItsBufferAppeared() throws IOException {
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
        Files.write(TestBuffers.segmentFile(".zb-" + name), new byte[40]);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            assertFalse(Files.exists(TestBuffers.segmentFile(".zb-" + name)));
            assertTrue(Files.exists(TestBuffers.segmentFile(reader.name())));
        }
    }

    /** Two containers may share /dev/shm, but not the lock files. */
    @Test
    void shouldLeaveABufferAloneThatAnotherIsMaking() throws OsException, IOException {
        Ownership other = LinuxOperatingSystem.INSTANCE.buffers().own(name, Access.OWNER);
        try (Arena arena = Arena.ofConfined()) {
            SharedMemory unfinished = other.createMemory(LENGTH, true, arena);
            unfinished.take(Role.READER);
            // As it is where another has a /tmp of its own.
            for (Path lock : List.of(TestBuffers.lockFile(name), TestBuffers.csharpLockFile(name))) {
                Files.delete(lock);
            }
            assertThrows(
                    ReaderAlreadyConnectedException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertTrue(unfinished.isCurrent());
        } finally {
            other.remove();
        }
    }

    @Test
    void shouldNotTakeANameThatIsTaken() throws OsException, IOException {
        Ownership ownership = LinuxOperatingSystem.INSTANCE.buffers().own(name, Access.OWNER);
        Path taken = Files.createFile(TestBuffers.segmentFile(name));
        try (Arena arena = Arena.ofConfined()) {
            ownership.createMemory(LENGTH, true, arena);
            OsException refused = assertThrows(OsException.class, ownership::appear);
            assertEquals(OsException.Reason.EXISTS, refused.reason());
            assertEquals(0, Files.size(taken));
        } finally {
            Files.delete(taken);
            ownership.remove();
        }
    }

    /**
     * Opens and maps the segment of a name again and again until its input ends, and prints the first thing that is not
     * as in a finished buffer.
     */
    static final class Watcher {
        private Watcher() {}

        public static void main(String[] args) throws IOException {
            AtomicBoolean ended = new AtomicBoolean();
            Thread.ofVirtual().start(() -> {
                try {
                    System.in.read();
                } catch (IOException e) {
                    System.err.println(e);
                }
                ended.set(true);
            });
            System.out.println("watching");
            String missing = "";
            int seen = 0;
            while (!ended.get() && missing.isEmpty()) {
                try {
                    missing = missing(args[0]);
                    seen++;
                } catch (NoSuchFileException notThere) {
                    Thread.onSpinWait();
                }
            }
            System.out.println(!missing.isEmpty() ? missing : seen > 0 ? "whole" : "never seen");
        }

        private static String missing(String name) throws IOException {
            Path file = TestBuffers.segmentFile(name);
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    Arena arena = Arena.ofConfined()) {
                if (channel.size() != LENGTH) {
                    return channel.size() + " bytes";
                }
                MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH, arena);
                int oiebSize = segment.get(ValueLayout.JAVA_INT, HeaderBlock.OIEB_SIZE_OFFSET);
                if (oiebSize != HeaderBlock.SIZE) {
                    return "oieb_size " + oiebSize;
                }
            }
            boolean complete = Files.exists(TestBuffers.writeSemaphoreFile(name))
                    && Files.exists(TestBuffers.readSemaphoreFile(name));
            // A reader that closes removes its segment first.
            boolean isThere = key.equals(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
            return !complete && isThere ? "no semaphore" : "";
        }
    }
}

package io.zerobuffer.internal.os.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.internal.os.BufferObjects;
import io.zerobuffer.internal.os.ObservedMemory;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A buffer's memory as one sees it who only looks on. */
final class ObservedMemoryTest {
    private static final BufferObjects BUFFERS = LinuxOperatingSystem.INSTANCE.buffers();

    // fcntl.h, as /proc tells it
    private static final int OCTAL = 8;
    private static final int ACCESS_MODE = 3;
    private static final int READ_ONLY = 0;
    private static final int READ_WRITE = 2;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldSeeTheSameBytesAndRefuseStores() throws OsException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name);
                Arena arena = Arena.ofConfined()) {
            writer.write(MemorySegment.ofArray("seen".getBytes(StandardCharsets.UTF_8)));
            ObservedMemory observed = BUFFERS.observe(name, HeaderBlock.SIZE, arena);
            MemorySegment segment = observed.segment();
            MemorySegment used = BUFFERS.open(name, HeaderBlock.SIZE, arena).segment();
            assertEquals(-1, segment.mismatch(used));
            assertEquals(1, HeaderBlock.payloadWrittenCountAcquire(segment));
            assertTrue(segment.isReadOnly());
            assertThrows(IllegalArgumentException.class, () -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
            observed.close();
        }
    }

    /** By address nothing checks: there the processor does. */
    @Test
    void shouldMapWithoutTheRightToStore() throws OsException, IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined()) {
            ObservedMemory observed = BUFFERS.observe(name, HeaderBlock.SIZE, arena);
            String start = Long.toHexString(observed.segment().address()) + "-";
            try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
                assertEquals(
                        List.of("r--s"),
                        mappings.filter(mapping -> mapping.startsWith(start))
                                .map(mapping -> mapping.split(" ")[1])
                                .toList());
            }
            observed.close();
        }
    }

    @Test
    void shouldLeaveNoTrace() throws OsException, IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined()) {
            List<Object> before = traces();
            ObservedMemory observed = BUFFERS.observe(name, HeaderBlock.SIZE, arena);
            assertEquals(before, traces());
            assertTrue(observed.isTaken(Role.READER));
            assertFalse(observed.isTaken(Role.WRITER));
            try (Writer writer = Writer.connect(name)) {
                assertTrue(observed.isTaken(Role.WRITER));
                assertTrue(reader.isWriterConnected());
            }
            assertFalse(observed.isTaken(Role.WRITER));
            List<Object> afterWriter = traces();
            observed.close();
            assertEquals(afterWriter, traces());
        }
    }

    /** What others can see of a buffer: its files, their links, sizes and times, and every lock on them. */
    private List<Object> traces() throws IOException {
        List<Path> files = List.of(
                file(name),
                file("sem." + LinuxNames.semaphore(name, Role.WRITER)),
                file("sem." + LinuxNames.semaphore(name, Role.READER)),
                Path.of("/tmp/zerobuffer", name + ".lock"));
        Stream.Builder<Object> traces = Stream.builder();
        for (Path file : files) {
            Object inode = Files.getAttribute(file, "unix:ino");
            traces.add(Files.readAttributes(file, "unix:ino,nlink,size,mode,lastModifiedTime,ctime"));
            try (Stream<String> locks = Files.lines(Path.of("/proc/locks"), StandardCharsets.ISO_8859_1)) {
                traces.add(locks.filter(lock -> lock.contains(":" + inode + " "))
                        .map(lock -> lock.substring(lock.indexOf(':') + 1))
                        .sorted()
                        .toList());
            }
        }
        return traces.build().toList();
    }

    private static Path file(String name) {
        return Path.of(SharedMemoryFiles.path(name));
    }

    /** So the right to read is enough. */
    @Test
    void shouldOpenForReadingOnly() throws OsException, IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined()) {
            assertEquals(List.of(READ_WRITE), accessModes());
            ObservedMemory observed = BUFFERS.observe(name, HeaderBlock.SIZE, arena);
            assertEquals(List.of(READ_ONLY, READ_WRITE), accessModes());
            observed.close();
            assertEquals(List.of(READ_WRITE), accessModes());
        }
    }

    /** How this process has the segment open; proc(5), /proc/pid/fdinfo. */
    private List<Integer> accessModes() throws IOException {
        Stream.Builder<Integer> modes = Stream.builder();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (isSegment(descriptor)) {
                    String flags = Files.readAllLines(
                                    Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName()))
                            .get(1);
                    modes.add(
                            Integer.parseInt(flags.substring("flags:".length()).strip(), OCTAL) & ACCESS_MODE);
                }
            }
        }
        return modes.build().sorted().toList();
    }

    private boolean isSegment(Path descriptor) {
        try {
            // The kernel shows the name that it was opened under, and whether that is gone.
            String opened = Files.readSymbolicLink(descriptor).toString();
            return opened.contains(name) && Files.isSameFile(descriptor, file(name));
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void shouldTellWhenTheNameLeadsElsewhere() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            ObservedMemory observed;
            try (Reader reader =
                    Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
                observed = BUFFERS.observe(name, HeaderBlock.SIZE, arena);
                assertTrue(observed.isCurrent());
            }
            assertFalse(observed.isCurrent());
            try (Reader successor =
                    Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
                assertFalse(observed.isCurrent());
            }
            assertEquals(0, HeaderBlock.readerPidAcquire(observed.segment(), 0));
            observed.close();
        }
    }

    @Test
    void shouldNotFindWhatIsNotThereOrTooSmall() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            assertNull(BUFFERS.observe(name, 1, arena));
            try (Reader reader =
                    Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
                assertNull(BUFFERS.observe(name, 1 << 20, arena));
            }
        }
    }
}

package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.BufferRemovedException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.UnexpectedFileException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, permissions, space and leftovers: what happens before the first frame. */
final class CreationTest {
    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b", "\ud800", "sem.sem-w-a", "sem.", ".zb-a"})
    void shouldRefuseAnIllegalName(String illegal) {
        InvalidBufferNameException refused = assertThrows(
                InvalidBufferNameException.class,
                () -> Reader.create(illegal, ReaderConfig.ofPayload(64).withMetadataSize(0)));
        assertEquals(illegal, refused.bufferName());
        assertThrows(InvalidBufferNameException.class, () -> Writer.connect(illegal));
    }

    @Test
    void shouldAcceptNamesUpTo245BytesOfUtf8AndNoLonger() {
        String longest = pad(name + "-ünïcödé-日本-", 245);
        try (Reader reader = Reader.create(longest, ReaderConfig.ofPayload(64).withMetadataSize(0));
                Writer writer = Writer.connect(longest)) {
            writer.write(new byte[] {1});
            assertEquals(1, reader.read().getByte(0));
        }
        assertThrows(
                InvalidBufferNameException.class,
                () -> Reader.create(pad(name, 246), ReaderConfig.ofPayload(64).withMetadataSize(0)));
    }

    @ParameterizedTest
    @EnumSource(Permissions.class)
    void shouldGiveEveryObjectExactlyTheConfiguredPermissions(Permissions permissions) throws IOException {
        ReaderConfig config =
                ReaderConfig.builder().payloadSize(64).permissions(permissions).build();
        try (Reader reader = Reader.create(name, config)) {
            for (Path file : TestBuffers.filesOf(reader.name())) {
                String expected =
                        switch (permissions) {
                            case OWNER -> "rw-------";
                            case GROUP -> "rw-rw----";
                            case EVERYONE -> "rw-rw-rw-";
                        };
                assertEquals(
                        expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file.toString());
            }
        }
    }

    @Test
    void shouldRefuseABufferLargerThanTheMachineAndLeaveNothing() {
        NoSpaceException refused = assertThrows(
                NoSpaceException.class,
                () -> Reader.create(name, ReaderConfig.ofPayload(1L << 50).withMetadataSize(0)));
        assertEquals((1L << 50) + 128 + 64, refused.requestedBytes());
        TestBuffers.assertNothingLeft(name);
    }

    @Test
    void shouldRefuseImpossibleSizes() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(-1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Reader.create(name, ReaderConfig.ofPayload(0).withMetadataSize(0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Reader.create(name, ReaderConfig.ofPayload(Long.MAX_VALUE).withMetadataSize(0)));
        assertThrows(
                IllegalArgumentException.class, () -> WriterConfig.builder().writeTimeout(Duration.ofNanos(-1)));
    }

    @Test
    void shouldCarryFramesBeyondTwoAndFourGigabytesOfASparseRing() {
        long fiveGigabytes = 5L << 30;
        long frameSize = 5L << 28;
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(fiveGigabytes)
                .reserveMemory(false)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            for (int i = 1; i <= 12; i++) {
                try (Claim claim = writer.claim(frameSize)) {
                    claim.putLong(0, i);
                    claim.putLong(frameSize - Long.BYTES, -i);
                    claim.commit();
                }
                try (Frame frame = reader.read()) {
                    assertEquals(i, frame.sequence());
                    assertEquals(frameSize, frame.size());
                    assertEquals(i, frame.getLong(0));
                    assertEquals(
                            -i,
                            frame.segment()
                                    .get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, frameSize - Long.BYTES));
                }
            }
            try (Claim whole = writer.claim(writer.maxFrameSize())) {
                whole.putByte(fiveGigabytes - 17, (byte) 42);
                whole.commit();
            }
            try (Frame frame = reader.read()) {
                assertEquals(fiveGigabytes - 16, frame.size());
                assertEquals(42, frame.getByte(fiveGigabytes - 17));
            }
        }
    }

    @Test
    void shouldNotTouchSharedMemoryThatIsNoBuffer() throws IOException {
        byte[] somethingElse = new byte[4096];
        Arrays.fill(somethingElse, (byte) 0x5a);
        Files.write(TestBuffers.segmentFile(name), somethingElse);
        try {
            CorruptBufferException refused = assertThrows(
                    CorruptBufferException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertEquals("oieb_size", refused.field());
            assertThrows(CorruptBufferException.class, () -> Writer.connect(name));
            assertArrayEquals(somethingElse, Files.readAllBytes(TestBuffers.segmentFile(name)));
            assertFalse(Files.exists(TestBuffers.lockFile(name)));
        } finally {
            Files.delete(TestBuffers.segmentFile(name));
        }
    }

    @Test
    void shouldReplaceWhatADeadReaderLeft() throws IOException {
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
        Files.createFile(TestBuffers.lockFile(name));
        Files.write(TestBuffers.segmentFile(name), new byte[40]);
        Files.write(TestBuffers.writeSemaphoreFile(name), new byte[32]);
        Files.write(TestBuffers.readSemaphoreFile(name), new byte[32]);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {1});
            assertEquals(1, reader.read().getByte(0));
        }
    }

    @Test
    void shouldNotFollowALinkInThePlaceOfTheLockFile() throws IOException {
        Path target = Files.createTempFile("zerobuffer-link-target", "");
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
        Files.createSymbolicLink(TestBuffers.lockFile(name), target);
        try {
            assertThrows(
                    UnexpectedFileException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertTrue(Files.exists(target));
        } finally {
            Files.delete(TestBuffers.lockFile(name));
            Files.delete(target);
        }
    }

    @Test
    void shouldShareTheLockDirectoryBetweenUsers() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            assertTrue(Files.exists(TestBuffers.lockFile(reader.name())));
            int mode = (int) Files.getAttribute(Path.of(TestBuffers.LOCKS), "unix:mode");
            assertEquals(01777, mode & 07777);
        }
    }

    @Test
    void shouldNotDisturbAnUnfinishedBufferWhenConnectingToIt() throws IOException {
        byte[] zeros = new byte[128 + 64];
        Files.write(TestBuffers.segmentFile(name), zeros);
        try {
            assertThrows(BufferNotFoundException.class, () -> Writer.connect(name, Duration.ofMillis(30)));
            assertArrayEquals(zeros, Files.readAllBytes(TestBuffers.segmentFile(name)));
        } finally {
            Files.delete(TestBuffers.segmentFile(name));
        }
    }

    @Test
    void shouldNotRemoveASuccessorsFilesWhenClosing() throws IOException {
        Reader first = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0));
        for (Path file : TestBuffers.filesOf(name)) {
            Files.delete(file);
        }
        try (Reader second = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            first.close();
            try (Writer writer = Writer.connect(name)) {
                writer.write(new byte[] {1});
                assertEquals(1, second.read().getByte(0));
            }
        }
    }

    /** Python's SharedMemory removes what it only attached to, and logind what its user left. */
    @Test
    void shouldTellAReaderThatWaitsWhenItsSharedMemoryWasRemoved() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            Files.delete(TestBuffers.segmentFile(name));
            BufferRemovedException told =
                    assertThrows(BufferRemovedException.class, () -> reader.read(Duration.ofMinutes(2)));
            assertEquals(TestBuffers.segmentFile(name).toString(), told.path());

            BufferNotFoundException toWriter = assertThrows(BufferNotFoundException.class, () -> Writer.connect(name));
            assertTrue(toWriter.getMessage().contains("a reader holds its lock file"), toWriter.getMessage());
            ReaderAlreadyConnectedException toReader = assertThrows(
                    ReaderAlreadyConnectedException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertTrue(toReader.getMessage().contains(TestBuffers.lockFile(name).toString()), toReader.getMessage());
        }
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
    }

    @Test
    void shouldGoOnWithAWriterThatIsConnectedWhenTheSharedMemoryIsRemoved() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {1});
            reader.read().release();
            Files.delete(TestBuffers.segmentFile(name));
            assertNull(reader.read(Duration.ofMillis(200)));
            writer.write(new byte[] {2});
            assertEquals(2, reader.read().getByte(0));
        }
    }

    /** Its name is that of the file of another buffer's semaphore. */
    @Test
    void shouldNotRemoveABufferThatHasTheNameOfASemaphore() throws IOException {
        Path foreign = TestBuffers.writeSemaphoreFile(name);
        Files.write(foreign, new byte[4288]);
        try {
            assertThrows(
                    UnexpectedFileException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertEquals(4288, Files.size(foreign));
        } finally {
            Files.delete(foreign);
        }
    }

    @Test
    void shouldRemoveAnEmptyFileOnlyIfADeadReaderLeftIt() throws IOException {
        Path empty = Files.createFile(TestBuffers.segmentFile(name));
        assertThrows(
                CorruptBufferException.class,
                () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
        assertTrue(Files.exists(empty));
        Files.createFile(TestBuffers.lockFile(name));
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
    }

    /** A C# reader holds this lock file alone. */
    @Test
    void shouldRefuseANameThatACsharpReaderHoldsAndTakeOverFromADeadOne() throws IOException, InterruptedException {
        Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)).close();
        Path lock = Files.createFile(TestBuffers.csharpLockFile(name));
        try (ChildProcess csharp = ChildProcess.start(
                new ProcessBuilder("flock", "--nonblock", lock.toString(), "sh", "-c", "echo held; read line"))) {
            assertEquals("held", csharp.readLine());
            assertThrows(
                    ReaderAlreadyConnectedException.class,
                    () -> Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0)));
            assertTrue(Files.exists(lock));
            csharp.endInput();
            csharp.exitStatus();
        }
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(64).withMetadataSize(0))) {
            List<String> next = List.of(
                    "flock",
                    "--nonblock",
                    TestBuffers.csharpLockFile(reader.name()).toString(),
                    "true");
            assertFalse(ChildProcess.succeeds(next), "held as long as the reader lives");
        }
        assertFalse(Files.exists(lock));
    }

    private static String pad(String start, int bytes) {
        return start + "x".repeat(bytes - start.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }
}

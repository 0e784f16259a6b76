package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.Segment;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A C# writer that is refused sets writer_pid of the writer that lives to 0, and its next attempt would succeed. */
@EnabledOnOs(OS.LINUX)
final class ErasedWriterTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long OWN_PID = ProcessHandle.current().pid();

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    private void store(long writerPid) {
        Segment.of(name).putLong(Segment.WRITER_PID, writerPid);
    }

    static Stream<Arguments> waysToWrite() {
        return Stream.of(
                way("by copy", writer -> writer.write(new byte[8])),
                way("if there is space", writer -> writer.tryWrite(new byte[8])),
                way("filled", writer -> writer.write(8, claim -> claim.putLong(0, 1))),
                way("claimed", writer -> {
                    try (Claim claim = writer.claim(8)) {
                        claim.commit();
                    }
                }),
                way("in a batch", writer -> {
                    try (Batch batch = writer.batch()) {
                        batch.write(new byte[8]);
                    }
                }));
    }

    private static Arguments way(String what, Consumer<Writer> write) {
        return Arguments.argumentSet(what, write);
    }

    @ParameterizedTest
    @MethodSource("waysToWrite")
    void shouldPutBackItsProcessIdWithTheNextFrame(Consumer<Writer> write) {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 10; i++) {
                store(0);
                write.accept(writer);
                assertEquals(OWN_PID, reader.writerPid());
                reader.read(LONG).release();
            }
        }
    }

    @Test
    void shouldPutBackTheProcessIdOfAnIdleWriterWhileTheReaderWaits() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[8]);
            reader.read(LONG).release();
            store(0);
            CompletableFuture<Frame> waiting = CompletableFuture.supplyAsync(() -> reader.read(LONG));
            Eventually.await("the writer's process id", () -> reader.writerPid() == OWN_PID);
            assertFalse(waiting.isDone(), "the writer is idle, not gone");
            writer.write(new byte[8]);
            assertNotNull(Eventually.join(waiting));
        }
    }

    @Test
    void shouldGoOnReadingFromAWriterWhoseProcessIdIsErasedAgainAndAgain() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            for (int i = 1; i <= 200; i++) {
                store(0);
                assertTrue(reader.isWriterConnected());
                writer.write(new byte[i]);
                store(0);
                try (Frame frame = reader.read(LONG)) {
                    assertEquals(i, frame.sequence());
                }
            }
        }
    }

    @Test
    void shouldTellACleanCloseAfterItsProcessIdWasErased() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Writer writer = Writer.connect(name);
            writer.write(new byte[8]);
            store(0);
            writer.close();
            assertEquals(1, reader.read(LONG).sequence());
            assertTrue(assertWriterGone(() -> reader.read(LONG)).closed());
            assertFalse(reader.isWriterConnected());
            try (Writer next = Writer.connect(name)) {
                assertEquals(2, next.write(new byte[8]));
                assertEquals(2, reader.read(LONG).sequence());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("waysToWrite")
    void shouldStopWhereAnotherWriterTookItsPlace(Consumer<Writer> write) {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            write.accept(writer);
            store(1);
            WriterAlreadyConnectedException stopped =
                    assertThrows(WriterAlreadyConnectedException.class, () -> write.accept(writer));
            assertEquals(1, stopped.pid());
            assertTrue(stopped.getMessage().contains("process 1"), stopped.getMessage());
            assertThrows(BufferClosedException.class, () -> writer.write(new byte[8]));
            assertEquals(1, reader.writerPid(), "the other writer's");
        }
    }

    @Test
    void shouldRefuseAWriterWhoseProcessIdWasErasedAlsoForASecondOne() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            store(0);
            assertThrows(WriterAlreadyConnectedException.class, () -> Writer.connect(name));
            assertEquals(1, writer.write(new byte[8]));
        }
    }

    @Test
    void shouldReportADeathAfterTheProcessIdWasErased() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            try (ChildProcess writer = ChildJvm.writer(name, 1)) {
                store(0);
                reader.read(LONG).release();
            }
            assertFalse(assertWriterGone(() -> reader.read(LONG)).closed());
            try (Writer next = Writer.connect(name)) {
                assertEquals(2, next.write(new byte[8]));
                assertEquals(2, reader.read(LONG).sequence());
            }
        }
    }
}

package io.zerobuffer;

import static io.zerobuffer.Departures.assertWriterGone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * What one thread may do to the readers, writers, frames and claims of another, and what it cannot do to anybody's
 * data.
 */
final class OtherThreadsTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int SIZE = 1000;

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @RepeatedTest(50)
    void shouldNotLetAClaimThatIsBeingFilledReachTheFrameOfTheNextWriter() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            Writer first = Writer.connect(name);
            CountDownLatch filling = new CountDownLatch(1);
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Throwable> late = inAnotherThread(() -> {
                Claim claim = first.claim(SIZE);
                MemorySegment view = claim.segment();
                while (!enough.get()) {
                    view.fill((byte) 9);
                    filling.countDown();
                }
                claim.commit();
            });
            assertTrue(filling.await(LONG.toSeconds(), TimeUnit.SECONDS));
            first.close();
            try (Writer second = Writer.connect(name, LONG)) {
                assertEquals(1, second.write(ones(SIZE)));
                try (Frame frame = reader.read(LONG)) {
                    assertEquals(-1, MemorySegment.ofArray(ones(SIZE)).mismatch(frame.segment()));
                }
                enough.set(true);
                assertInstanceOf(BufferClosedException.class, outcome(late));
                assertEquals(2, second.write(ones(SIZE)));
                reader.read(LONG).release();
            }
        }
    }

    @Test
    void shouldNotLetAClaimOfAClosedWriterReachTheFrameOfTheNext() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            Writer first = Writer.connect(name);
            Claim claim = first.claim(SIZE);
            MemorySegment view = claim.segment();
            assertNull(outcome(inAnotherThread(first::close)));
            try (Writer second = Writer.connect(name)) {
                assertEquals(1, second.write(ones(SIZE)));
                view.fill((byte) 9);
                assertEquals(-1, Arrays.mismatch(ones(SIZE), readPastDepartures(reader)));
            }
            assertThrows(BufferClosedException.class, claim::commit);
        }
    }

    @RepeatedTest(20)
    void shouldNotLetACopyThatIsUnderWayReachTheFrameOfTheNextWriter() throws Exception {
        int size = 1 << 20;
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4 << 20).withMetadataSize(64))) {
            Writer first = Writer.connect(name);
            byte[] nines = new byte[size];
            Arrays.fill(nines, (byte) 9);
            CountDownLatch writing = new CountDownLatch(1);
            CompletableFuture<Throwable> late = inAnotherThread(() -> {
                while (true) {
                    first.write(nines);
                    writing.countDown();
                }
            });
            assertTrue(writing.await(LONG.toSeconds(), TimeUnit.SECONDS));
            CompletableFuture<Throwable> next = inAnotherThread(() -> {
                try (Writer second = connectAsSoonAsItIsFree()) {
                    second.write(ones(size));
                }
            });
            CompletableFuture<Throwable> closing = inAnotherThread(first::close);
            boolean isOfTheNext = false;
            while (!isOfTheNext) {
                byte[] read = readPastDepartures(reader);
                isOfTheNext = read[0] == 1;
                assertEquals(-1, Arrays.mismatch(isOfTheNext ? ones(size) : nines, read));
            }
            assertNull(outcome(closing));
            assertNull(outcome(next));
            assertInstanceOf(BufferClosedException.class, outcome(late));
        }
    }

    @Test
    void shouldLetAClaimOfAClosedWriterBeFilledAndRefuseItsCommit() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64))) {
            Writer writer = Writer.connect(name);
            Claim claim = writer.claim(SIZE);
            MemorySegment view = claim.segment();
            assertNull(outcome(inAnotherThread(writer::close)));
            view.fill((byte) 9);
            assertEquals(9, view.get(ValueLayout.JAVA_BYTE, SIZE - 1));
            assertThrows(BufferClosedException.class, () -> claim.putByte(0, (byte) 1));
            assertThrows(BufferClosedException.class, claim::commit);
            assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 0));
            assertTrue(assertWriterGone(() -> reader.read(LONG)).closed());
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    /** A segment must keep its addresses when nothing else of the closed writer is left. */
    @Test
    void shouldKeepTheAddressesOfAClaimsViewWhenItsWriterIsForgotten() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 20).withMetadataSize(64))) {
            MemorySegment view = viewOfAClosedWriter();
            for (int round = 0; round < 5; round++) {
                System.gc();
                view.fill((byte) round);
            }
            assertEquals(4, view.get(ValueLayout.JAVA_BYTE, SIZE - 1));
            assertTrue(assertWriterGone(() -> reader.read(LONG)).closed());
        }
    }

    private MemorySegment viewOfAClosedWriter() {
        Writer writer = Writer.connect(name);
        MemorySegment view = writer.claim(SIZE).segment();
        assertNull(outcome(inAnotherThread(writer::close)));
        return view;
    }

    /** As it may where vm.overcommit_memory is 2: who comes next has to wait, rather than meet the one that is late. */
    @Test
    void shouldSayGoodbyeWithTheLastClaimWhereTheSystemRefusesTheZeros() {
        long wide = 1L << 34;
        ReaderConfig config =
                ReaderConfig.builder().payloadSize(wide).reserveMemory(false).build();
        try (Reader reader = Reader.create(name, config)) {
            Writer first = Writer.connect(name);
            Claim claim = first.claim(SIZE);
            MemorySegment view = claim.segment();
            AddressLimit.leaving(wide / 2, () -> assertNull(outcome(inAnotherThread(first::close))));
            view.fill((byte) 9);
            assertThrows(WriterAlreadyConnectedException.class, () -> Writer.connect(name));
            assertThrows(BufferClosedException.class, claim::commit);
            assertTrue(assertWriterGone(() -> reader.read(LONG)).closed());
            try (Writer second = Writer.connect(name, LONG)) {
                second.write(ones(SIZE));
                reader.read(LONG).release();
            }
        }
    }

    /** Nobody can use the view of a thread that has ended. */
    @Test
    void shouldLetAnyThreadCommitAClaimWhoseViewersThreadHasEnded() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            Claim[] claim = new Claim[1];
            Thread filler = Thread.ofPlatform().start(() -> {
                claim[0] = writer.claim(SIZE);
                claim[0].segment().fill((byte) 1);
            });
            filler.join();
            assertEquals(1, claim[0].commit());
            assertEquals(1, reader.read(LONG).getByte(SIZE - 1));
        }
    }

    @Test
    void shouldLetAnyThreadReleaseAViewedFrameIfTheReaderAllowsIt() {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 10; i++) {
                writer.write(ones(SIZE));
                Frame frame = reader.read(LONG);
                MemorySegment view = frame.segment();
                assertNull(outcome(inAnotherThread(() -> {
                    assertEquals(1, view.get(ValueLayout.JAVA_BYTE, SIZE - 1));
                    frame.release();
                })));
                assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 0));
            }
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldKeepAFrameForTheThreadItIsBoundTo() {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .releaseFromAnyThread(true)
                .build();
        try (Reader reader = Reader.create(name, config);
                Writer writer = Writer.connect(name)) {
            writer.write(ones(SIZE));
            Frame frame = reader.read(LONG);
            frame.bindToThread();
            MemorySegment view = frame.segment();
            assertInstanceOf(WrongThreadException.class, outcome(inAnotherThread(frame::release)));
            CompletableFuture<Throwable> access = inAnotherThread(() -> view.get(ValueLayout.JAVA_BYTE, 0));
            assertInstanceOf(WrongThreadException.class, outcome(access));
            assertEquals(1, view.get(ValueLayout.JAVA_BYTE, 0));
            frame.release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    /**
     * The space of a frame keeps all behind it: a ring must not come to a stop because one thread could not release
     * what another looked at.
     */
    @Test
    void shouldGiveBackAFrameWhoseReleaseWasRefusedWhenItsThreadWaitsForTheNext() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            for (int i = 0; i < 10; i++) {
                writer.write(ones(SIZE));
                Frame frame = reader.read(LONG);
                frame.segment();
                assertInstanceOf(WrongThreadException.class, outcome(inAnotherThread(frame::release)));
                assertNull(reader.read(Duration.ofMillis(1)));
                assertTrue(frame.isReleased());
            }
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldLetAnyThreadReleaseAFrameWhoseViewersThreadHasEnded() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(ones(SIZE));
            Frame[] frame = new Frame[1];
            Thread viewer = Thread.ofPlatform().start(() -> {
                frame[0] = reader.read(LONG);
                frame[0].segment();
            });
            viewer.join();
            frame[0].release();
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldLetTheThreadThatReadReleaseWhatAnotherLookedAt() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(ones(SIZE));
            Frame frame = reader.read(LONG);
            MemorySegment[] view = new MemorySegment[1];
            assertNull(outcome(inAnotherThread(() -> view[0] = frame.segment())));
            assertEquals(1, view[0].get(ValueLayout.JAVA_BYTE, 0));
            frame.release();
            assertThrows(IllegalStateException.class, () -> view[0].get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(4096, reader.health().freeBytes());
        }
    }

    @Test
    void shouldLetTheThreadThatClaimedCommitWhatAnotherFilled() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            long sequence = writer.write(SIZE, claim -> {
                assertNull(outcome(inAnotherThread(() -> claim.segment().fill((byte) 1))));
            });
            assertEquals(1, sequence);
            assertEquals(1, reader.read(LONG).getByte(SIZE - 1));
        }
    }

    private Writer connectAsSoonAsItIsFree() {
        while (true) {
            try {
                return Writer.connect(name);
            } catch (WriterAlreadyConnectedException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    private byte[] readPastDepartures(Reader reader) {
        while (true) {
            try (Frame frame = reader.read(LONG)) {
                return frame.toByteArray();
            } catch (PeerGoneException departure) {
                // The next one's frames follow.
            }
        }
    }

    private static byte[] ones(int size) {
        byte[] data = new byte[size];
        Arrays.fill(data, (byte) 1);
        return data;
    }

    /** What an action comes to in a thread of its own: what it throws, or null. */
    private static CompletableFuture<Throwable> inAnotherThread(Runnable action) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                action.run();
                outcome.complete(null);
            } catch (Throwable thrown) {
                outcome.complete(thrown);
            }
        });
        return outcome;
    }

    private static Throwable outcome(CompletableFuture<Throwable> future) {
        return Eventually.join(future);
    }
}

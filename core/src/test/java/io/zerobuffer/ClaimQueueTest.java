package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several claims that are open at once, and threads that the program does not choose. */
final class ClaimQueueTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final WriterConfig PATIENT =
            WriterConfig.builder().writeTimeout(LONG).build();

    private final String name = TestBuffers.uniqueName();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        threads.shutdownNow();
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldPublishInTheOrderOfTheClaims() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            for (int round = 0; round < 100; round++) {
                List<Claim> claims = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Claim claim = queue.claim(Integer.BYTES);
                    claim.putInt(0, 3 * round + i);
                    claims.add(claim);
                }
                assertEquals(3, queue.openClaims());
                assertEquals(0, claims.get(2).commit());
                assertEquals(0, claims.get(1).commit());
                assertNull(reader.poll());
                assertEquals(3, queue.openClaims());
                assertEquals(3 * round + 1, claims.get(0).commit());
                assertEquals(0, queue.openClaims());
                for (int i = 0; i < 3; i++) {
                    try (Frame frame = reader.poll()) {
                        assertEquals(3 * round + i, frame.getInt(0));
                        assertEquals(3 * round + i + 1, frame.sequence());
                    }
                }
            }
            assertEquals(300, writer.framesWritten());
            assertEquals(300 * Integer.BYTES, writer.bytesWritten());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCarryWhatThreadsFillInAnyOrder(boolean bySegment) throws Exception {
        int frames = 3000;
        Random random = new Random(11);
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 14).withMetadataSize(0));
                Writer writer = Writer.connect(name, PATIENT);
                ClaimQueue queue = writer.claims()) {
            Future<Integer> kept = threads.submit(() -> countInOrder(reader, frames));
            List<Future<?>> filled = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                Claim claim = queue.claim(Integer.BYTES + random.nextInt(1000));
                int number = i;
                filled.add(threads.submit(() -> fillOrAbort(claim, number, bySegment)));
            }
            for (Future<?> each : filled) {
                each.get();
            }
            // The last one says where the stream ends.
            queue.write(Integer.BYTES, claim -> claim.putInt(0, frames));
            assertEquals(writer.framesWritten(), kept.get().longValue());
            assertEquals(0, queue.openClaims());
        }
    }

    private static void fillOrAbort(Claim claim, int number, boolean bySegment) {
        int size = (int) claim.size();
        if (number % 7 == 3) {
            claim.abort();
            return;
        }
        byte[] content = new byte[size];
        new Random(number).nextBytes(content);
        if (bySegment && number % 50 == 0) {
            MemorySegment.copy(content, 0, claim.segment(), ValueLayout.JAVA_BYTE, 0, size);
        } else {
            claim.copyFrom(content);
        }
        claim.putInt(0, number);
        claim.commit(number % 5 == 1 ? Math.max(Integer.BYTES, size / 2) : size);
    }

    private static int countInOrder(Reader reader, int end) {
        int count = 0;
        int last = -1;
        while (last < end) {
            try (Frame frame = reader.read(LONG)) {
                count++;
                int number = frame.getInt(0);
                assertTrue(number > last && number % 7 != 3 || number == end, number + " after " + last);
                assertEquals(count, frame.sequence());
                byte[] content = new byte[(int) frame.size()];
                new Random(number).nextBytes(content);
                byte[] read = frame.toByteArray();
                for (int i = Integer.BYTES; i < content.length; i++) {
                    if (content[i] != read[i]) {
                        throw new AssertionError("frame " + number + " differs at " + i);
                    }
                }
                last = number;
            }
        }
        return count;
    }

    @Test
    void shouldPublishTheFirstBytesOfWhatWasClaimed() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            Claim alone = writer.claim(4000);
            alone.putByte(2, (byte) 3);
            assertThrows(EmptyFrameException.class, () -> alone.commit(0));
            assertThrows(IndexOutOfBoundsException.class, () -> alone.commit(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> alone.commit(4001));
            assertEquals(1, alone.commit(3));
            assertThrows(FrameReleasedException.class, () -> alone.commit(3));
            assertEquals(3, writer.bytesWritten());
            assertEquals(4096 - 16 - 3, writer.health().freeBytes());
            assertArrayEquals(new byte[] {0, 0, 3}, reader.poll().toByteArray());
            try (Batch batch = writer.batch()) {
                batch.claim(1000).commit(5);
                batch.claim(1000).commit(6);
            }
            assertEquals(5, reader.poll().size());
            assertEquals(6, reader.poll().size());
            try (ClaimQueue queue = writer.claims()) {
                Claim first = queue.claim(1000);
                Claim second = queue.claim(1000);
                second.putInt(0, 42);
                assertEquals(0, second.commit(4));
                assertEquals(4, first.commit(7));
                assertEquals(7, reader.poll().size());
                assertEquals(42, reader.poll().getInt(0));
            }
            assertEquals(25, writer.bytesWritten());
        }
    }

    @Test
    void shouldPublishWhatWaitedForAClaimThatIsAborted() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            Claim first = queue.claim(100);
            Claim second = queue.claim(8);
            Claim third = queue.claim(8);
            second.putLong(0, 2);
            assertEquals(0, second.commit());
            first.abort();
            assertEquals(2, reader.poll().getLong(0));
            third.abort();
            third.abort();
            assertNull(reader.poll());
            assertEquals(2, queue.write(new byte[8]));
            assertEquals(2, reader.poll().sequence());
        }
    }

    @Test
    void shouldWakeAReaderForFramesThatAnAbortPublishes() throws Exception {
        ReaderConfig sleeping = ReaderConfig.builder()
                .payloadSize(4096)
                .waitStrategy(WaitStrategy.blocking())
                .build();
        try (Reader reader = Reader.create(name, sleeping);
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            for (int round = 0; round < 20; round++) {
                Future<Long> read = threads.submit(() -> {
                    try (Frame first = reader.read(LONG);
                            Frame second = reader.read(LONG)) {
                        return first.sequence() + second.sequence();
                    }
                });
                Claim first = queue.claim(1);
                assertEquals(0, queue.write(new byte[1]));
                assertEquals(0, queue.write(new byte[1]));
                first.abort();
                assertEquals(4 * round + 3, read.get());
            }
        }
    }

    @Test
    void shouldFindTheSpaceThatAnotherClaimGivesUp() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name, PATIENT);
                ClaimQueue queue = writer.claims()) {
            Claim large = queue.claim(4000);
            Future<Long> waiting = threads.submit(() -> queue.claim(3000).commit());
            assertNull(queue.tryClaim(3000));
            large.abort();
            assertEquals(1, waiting.get());
            assertEquals(3000, reader.poll().size());
        }
    }

    @Test
    void shouldSayHowManyClaimsAreOpenWhenThereIsNoSpace() {
        WriterConfig impatient =
                WriterConfig.builder().writeTimeout(Duration.ofMillis(20)).build();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name, impatient);
                ClaimQueue queue = writer.claims()) {
            Claim first = queue.claim(2000);
            Claim second = queue.claim(1900);
            assertNull(queue.tryClaim(2000));
            assertFalse(queue.tryWrite(new byte[2000]));
            BufferFullException full = assertThrows(BufferFullException.class, () -> queue.claim(2000));
            assertEquals(2, full.openClaims());
            assertTrue(full.getMessage().contains("2 claims"), full::getMessage);
            second.abort();
            assertNotNull(queue.tryClaim(1900));
            first.abort();
            assertNull(reader.poll());
        }
    }

    @Test
    void shouldKeepTheWriterWaitingForTheLastClaimOfAClosedQueue() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name)) {
            ClaimQueue queue = writer.claims();
            assertThrows(IllegalStateException.class, () -> writer.write(new byte[1]));
            assertThrows(IllegalStateException.class, () -> writer.claim(1));
            assertThrows(IllegalStateException.class, writer::batch);
            assertThrows(IllegalStateException.class, writer::claims);
            Claim first = queue.claim(3);
            Claim second = queue.claim(4);
            queue.close();
            queue.close();
            assertThrows(IllegalStateException.class, () -> queue.claim(1));
            assertThrows(IllegalStateException.class, () -> queue.tryClaim(1));
            assertThrows(IllegalStateException.class, () -> writer.write(new byte[1]));
            assertEquals(0, second.commit());
            String open = assertThrows(IllegalStateException.class, () -> writer.write(new byte[1]))
                    .getMessage();
            assertTrue(open.contains("2 claims"), open);
            threads.submit(() -> first.commit()).get();
            assertEquals(3, writer.write(new byte[5]));
            try (ClaimQueue again = writer.claims()) {
                assertEquals(4, again.write(new byte[6]));
            }
            for (int size = 3; size <= 6; size++) {
                assertEquals(size, reader.poll().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndAWaitWhenItIsClosed(boolean closesWriter) throws Exception {
        for (int round = 0; round < 10; round++) {
            try (Reader reader =
                            Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                    Writer writer = Writer.connect(name, PATIENT)) {
                ClaimQueue queue = writer.claims();
                Claim all = queue.claim(4000);
                Future<Claim> first = threads.submit(() -> queue.claim(4000));
                Future<Claim> second = threads.submit(() -> queue.claim(4000));
                if (closesWriter) {
                    writer.close();
                    assertInstanceOf(BufferClosedException.class, failure(first));
                    assertInstanceOf(BufferClosedException.class, failure(second));
                    assertThrows(BufferClosedException.class, all::commit);
                } else {
                    queue.close();
                    assertEquals(IllegalStateException.class, failure(first).getClass());
                    assertEquals(IllegalStateException.class, failure(second).getClass());
                    assertEquals(1, all.commit());
                    assertEquals(4000, reader.poll().size());
                }
            }
        }
    }

    @Test
    void shouldEndAWaitWhenItsThreadIsInterrupted() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name, PATIENT);
                ClaimQueue queue = writer.claims()) {
            Claim all = queue.claim(4000);
            for (int waiters = 0; waiters < 2; waiters++) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                CountDownLatch begun = new CountDownLatch(1);
                Thread waiting = new Thread(() -> {
                    begun.countDown();
                    try {
                        queue.claim(4000);
                    } catch (RuntimeException expected) {
                        thrown.set(expected);
                    }
                });
                waiting.start();
                begun.await();
                waiting.interrupt();
                waiting.join();
                assertInstanceOf(WaitInterruptedException.class, thrown.get());
            }
            assertEquals(1, all.commit());
            assertEquals(1, reader.poll().sequence());
        }
    }

    private static Throwable failure(Future<?> future) throws InterruptedException {
        try {
            throw new AssertionError("answered " + future.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @RepeatedTest(20)
    void shouldBeClosedUnderThreadsThatRender() throws Exception {
        Reader reader = Reader.create(name, ReaderConfig.ofPayload(1 << 16).withMetadataSize(0));
        Writer writer = Writer.connect(name, PATIENT);
        ClaimQueue queue = writer.claims();
        CountDownLatch rendering = new CountDownLatch(3);
        List<Future<Throwable>> renderers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            Claim claim = queue.claim(20_000);
            renderers.add(threads.submit(() -> render(claim, number, rendering)));
        }
        rendering.await();
        Thread.sleep(ThreadLocalRandom.current().nextInt(3));
        writer.close();
        try (Writer next = Writer.connect(name, PATIENT)) {
            for (int round = 0; round < 50; round++) {
                next.write(20_000, claim -> {
                    for (int at = 0; at < 20_000; at += Long.BYTES) {
                        claim.putLong(at, -1);
                    }
                });
                try (Frame frame = reader.read(LONG)) {
                    for (int at = 0; at < 20_000; at += Long.BYTES) {
                        assertEquals(-1, frame.getLong(at));
                    }
                }
            }
        }
        for (Future<Throwable> renderer : renderers) {
            Throwable ended = renderer.get();
            assertTrue(
                    ended instanceof BufferClosedException || ended instanceof IllegalStateException, ended::toString);
        }
        reader.close();
    }

    /** Stores until the memory is closed: by the accessors, a view, or a view of this thread's own. */
    private static Throwable render(Claim claim, int number, CountDownLatch begun) {
        try {
            if (number == 2) {
                claim.bindToThread();
            }
            MemorySegment view = number == 0 ? null : claim.segment();
            for (long round = 0; ; round++) {
                for (int at = 0; at < 20_000; at += Long.BYTES) {
                    if (view == null) {
                        claim.putLong(at, round);
                    } else {
                        view.set(ValueLayout.JAVA_LONG_UNALIGNED, at, round);
                    }
                }
                begun.countDown();
                if (number == 2 && round == 1000) {
                    claim.abort();
                }
            }
        } catch (RuntimeException ended) {
            return ended;
        }
    }

    @RepeatedTest(200)
    void shouldEndAClaimOnceWhenTwoThreadsDo() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            Claim claim = queue.claim(8);
            Claim behind = queue.claim(8);
            CountDownLatch both = new CountDownLatch(2);
            Callable<Boolean> committer = () -> {
                both.countDown();
                both.await();
                try {
                    return claim.commit() == 1;
                } catch (FrameReleasedException second) {
                    return false;
                }
            };
            Future<Boolean> one = threads.submit(committer);
            Future<Boolean> other = threads.submit(committer);
            assertTrue(one.get() ^ other.get());
            assertEquals(2, behind.commit());
            assertEquals(1, reader.poll().sequence());
            assertEquals(2, reader.poll().sequence());
        }
    }

    @Test
    void shouldBeForTheThreadThatItIsBoundTo() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Writer writer = Writer.connect(name);
                ClaimQueue queue = writer.claims()) {
            Claim claim = queue.claim(8);
            threads.submit(() -> {
                        claim.bindToThread();
                        MemorySegment view = claim.segment();
                        view.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 42);
                        Future<Long> other = threads.submit(() -> claim.commit());
                        assertInstanceOf(WrongThreadException.class, failure(other));
                        assertEquals(1, claim.commit());
                        assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_BYTE, 0));
                        return null;
                    })
                    .get();
            assertEquals(42, reader.poll().getLong(0));
        }
    }

    @Test
    void shouldGoOnToTheNextReaderWhenNoClaimIsOpen() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Writer> self = new AtomicReference<>();
        ConnectionListener listener = new ConnectionListener() {
            @Override
            public void connected(long pid) {
                heard.add("connected");
                if (self.get() != null) {
                    self.get().writeMetadata(new byte[] {7});
                }
            }
        };
        WriterConfig config =
                WriterConfig.builder().reconnecting(listener, LONG).build();
        Reader first = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
        try (Writer writer = Writer.connect(name, config);
                ClaimQueue queue = writer.claims()) {
            self.set(writer);
            Claim open = queue.claim(8);
            first.close();
            try (Reader second =
                    Reader.create(name, ReaderConfig.ofPayload(8192).withMetadataSize(64))) {
                assertThrows(PeerGoneException.class, () -> queue.claim(8));
                assertThrows(PeerGoneException.class, () -> queue.tryClaim(8));
                open.commit();
                assertEquals(1, queue.write(new byte[5000]));
                assertEquals(List.of("connected", "connected"), heard);
                assertArrayEquals(new byte[] {7}, second.metadata().orElseThrow());
                assertEquals(5000, second.poll().size());
            }
        }
    }

    @Test
    void shouldAbortNothingOfAClosedWriter() {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            Writer writer = Writer.connect(name);
            ClaimQueue queue = writer.claims();
            Claim first = queue.claim(8);
            Claim second = queue.claim(8);
            assertEquals(0, second.commit());
            writer.close();
            first.abort();
            queue.close();
            assertThrows(BufferClosedException.class, () -> queue.claim(8));
            try (Writer next = Writer.connect(name)) {
                assertEquals(1, next.write(new byte[3]));
            }
            assertEquals(3, reader.poll().size());
        }
    }
}

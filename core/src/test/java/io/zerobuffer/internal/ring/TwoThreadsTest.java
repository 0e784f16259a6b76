package io.zerobuffer.internal.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The watchdog is for hangs only: each test takes about a second. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TwoThreadsTest {
    private final AtomicReference<Throwable> writerFailure = new AtomicReference<>();
    private volatile Thread producer;

    /** A writer whose reader failed would look for room for ever. */
    @AfterEach
    void stopTheWriter() {
        producer.interrupt();
    }

    /**
     * Nothing but the ring's own fields orders the two threads here: the reader looks without a token, so at any moment
     * of a commit.
     */
    @Tag("long")
    @ParameterizedTest
    @CsvSource({"4096, 1500, 200000, 3", "4096, 4080, 50000, 1", "128, 60, 100000, 2"})
    void shouldOrderContentByTheFreeBytesAlone(int capacity, int largest, int frames, int mostHeld)
            throws InterruptedException {
        TestRing ring = new TestRing(capacity);
        RingReader reader = ring.reader();
        RingWriter writer = ring.writer();
        produce(() -> {
            for (int i = 1; i <= frames; i++) {
                long size = sizeOf(i, largest);
                long at = writer.claim(size);
                while (at == RingWriter.NO_ROOM) {
                    pause();
                    at = writer.claim(size);
                }
                ring.content(ring.positionOf(at), size, i);
                assertEquals(i, writer.commit());
            }
        });
        Random random = new Random(4711);
        List<Held> held = new ArrayList<>();
        for (int i = 1; i <= frames; i++) {
            long ticket = reader.take();
            while (ticket == RingReader.NOTHING) {
                // The writer may wait for the very frames held here.
                releaseAny(ring, reader, held, random);
                assertWriterRuns();
                pause();
                ticket = reader.take();
            }
            assertEquals(i, reader.frameSequence());
            assertEquals(sizeOf(i, largest), reader.frameSize());
            held.add(new Held(ticket, ring.positionOf(reader.frameOffset()), sizeOf(i, largest), i));
            if (held.size() > mostHeld) {
                releaseAny(ring, reader, held, random);
            }
        }
        while (!held.isEmpty()) {
            releaseAny(ring, reader, held, random);
        }
        producer.join();
        assertWriterRuns();
        assertEquals(capacity, ring.get(TestRing.FREE));
        assertEquals(RingReader.NOTHING, reader.take());
    }

    @Test
    void shouldHandOverOneFramePerToken() throws InterruptedException {
        int frames = 200_000;
        int largest = 500;
        TestRing ring = new TestRing(4096);
        RingReader reader = ring.reader();
        RingWriter writer = ring.writer();
        Semaphore written = new Semaphore(0);
        Semaphore released = new Semaphore(0);
        produce(() -> {
            for (int i = 1; i <= frames; i++) {
                long size = sizeOf(i, largest);
                long at = writer.claim(size);
                while (at == RingWriter.NO_ROOM) {
                    released.acquire();
                    at = writer.claim(size);
                }
                ring.content(ring.positionOf(at), size, i);
                writer.commit();
                written.release();
            }
        });
        for (int i = 1; i <= frames; i++) {
            while (!written.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                assertWriterRuns();
            }
            released.release(reader.release(ring.take(reader, i, sizeOf(i, largest))));
        }
        producer.join();
        assertWriterRuns();
        assertEquals(0, written.availablePermits());
        assertEquals(4096, ring.get(TestRing.FREE));
    }

    private record Held(long ticket, long position, long size, long sequence) {}

    private interface Production {
        void run() throws InterruptedException;
    }

    private void produce(Production production) {
        producer = Thread.ofPlatform().daemon().start(() -> {
            try {
                production.run();
            } catch (Throwable failure) {
                writerFailure.set(failure);
            }
        });
    }

    private void assertWriterRuns() {
        Throwable failure = writerFailure.get();
        if (failure != null) {
            throw new AssertionError("the writer failed", failure);
        }
    }

    private static void releaseAny(TestRing ring, RingReader reader, List<Held> held, Random random) {
        if (!held.isEmpty()) {
            Held frame = held.remove(random.nextInt(held.size()));
            ring.assertIntact(frame.position, frame.size, frame.sequence);
            reader.release(frame.ticket);
        }
    }

    private static void pause() {
        assertFalse(Thread.currentThread().isInterrupted(), "stopped by the watchdog");
        Thread.yield();
    }

    private static long sizeOf(long sequence, int largest) {
        long mixed = sequence * 0x9e3779b97f4a7c15L;
        return 1 + (mixed >>> 33) % largest;
    }
}

package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.WaitInterruptedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One thread waits and another one of the same process ends that: what the line protocol cannot express. */
final class WaitTest extends Scenario {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final WriterConfig PATIENT =
            WriterConfig.builder().connectTimeout(LONG).writeTimeout(LONG).build();

    @Test
    void shouldWakeAReaderWhenItIsClosed() throws InterruptedException {
        Reader reader = Reader.create(newName(), ReaderConfig.ofPayload(1024).withMetadataSize(0));
        Waiter waiter = Waiter.start(() -> reader.read(LONG));

        reader.close();

        assertInstanceOf(BufferClosedException.class, waiter.thrown());
    }

    @Test
    void shouldWakeAWriterWhenItIsClosed() throws InterruptedException {
        try (Reader reader =
                Reader.create(newName(), ReaderConfig.ofPayload(1024).withMetadataSize(0))) {
            Writer writer = Writer.connect(reader.name(), PATIENT);
            writer.write(new byte[1000]);
            Waiter waiter = Waiter.start(() -> writer.write(new byte[1000]));

            writer.close();

            assertInstanceOf(BufferClosedException.class, waiter.thrown());
        }
    }

    @Test
    void shouldEndTheWaitOfAReaderThatIsInterrupted() throws InterruptedException {
        try (Reader reader =
                Reader.create(newName(), ReaderConfig.ofPayload(1024).withMetadataSize(0))) {
            Waiter waiter = Waiter.start(() -> reader.read(LONG));

            waiter.interrupt();

            assertInstanceOf(WaitInterruptedException.class, waiter.thrown());
        }
    }

    @Test
    void shouldEndTheWaitOfAWriterThatIsInterrupted() throws InterruptedException {
        try (Reader reader =
                        Reader.create(newName(), ReaderConfig.ofPayload(1024).withMetadataSize(0));
                Writer writer = Writer.connect(reader.name(), PATIENT)) {
            writer.write(new byte[1000]);
            Waiter waiter = Waiter.start(() -> writer.write(new byte[1000]));

            waiter.interrupt();

            assertInstanceOf(WaitInterruptedException.class, waiter.thrown());
            try (Frame first = reader.read()) {
                assertEquals(1000, first.size());
            }
            assertEquals(2, writer.write(new byte[10]), "an interrupted write must not use up a sequence number");
        }
    }

    @Test
    void shouldEndTheWaitForAReaderWhenInterrupted() throws InterruptedException {
        String name = newName();
        Waiter waiter = Waiter.start(() -> Writer.connect(name, PATIENT));

        waiter.interrupt();

        assertInstanceOf(WaitInterruptedException.class, waiter.thrown());
    }

    @Test
    void shouldRefuseEverythingAfterClose() {
        Reader reader = Reader.create(newName(), ReaderConfig.ofPayload(1024).withMetadataSize(64));
        Writer writer = Writer.connect(reader.name());
        writer.write(new byte[100]);
        Frame frame = reader.read();
        writer.close();
        reader.close();

        assertThrows(BufferClosedException.class, reader::read);
        assertThrows(BufferClosedException.class, reader::metadata);
        assertThrows(BufferClosedException.class, () -> writer.write(new byte[1]));
        assertThrows(BufferClosedException.class, () -> writer.claim(1));
        assertThrows(BufferClosedException.class, () -> writer.writeMetadata(new byte[1]));
        assertThrows(RuntimeException.class, () -> frame.getByte(0));
        assertThrows(RuntimeException.class, frame::toByteArray);
        frame.release();
        reader.close();
        writer.close();
    }

    /** Whichever instruction the other thread is at, closing must not take the memory from under it. */
    @Tag("long")
    @RepeatedTest(40)
    void shouldCloseUnderAStreamWithoutHarm() throws InterruptedException {
        Reader reader = Reader.create(newName(), ReaderConfig.ofPayload(4096).withMetadataSize(0));
        Writer writer = Writer.connect(reader.name(), PATIENT);
        Waiter writing = Waiter.start(() -> {
            while (true) {
                writer.write(new byte[100]);
            }
        });
        Waiter reading = Waiter.start(() -> {
            while (true) {
                try (Frame frame = reader.read(LONG)) {
                    frame.getByte(frame.size() - 1);
                }
            }
        });
        Thread.sleep(2);

        writer.close();
        reader.close();

        assertInstanceOf(BufferClosedException.class, writing.thrown());
        Throwable end = reading.thrown();
        assertTrue(end instanceof BufferClosedException || end instanceof PeerGoneException, String.valueOf(end));
    }

    /** A thread that is in a call which does not return by itself. */
    private record Waiter(Thread thread, AtomicReference<Throwable> outcome) {
        static Waiter start(Runnable call) throws InterruptedException {
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    call.run();
                } catch (Throwable thrown) {
                    outcome.set(thrown);
                }
            });
            Thread.sleep(30);
            assertTrue(thread.isAlive() || outcome.get() != null, "the call returned");
            return new Waiter(thread, outcome);
        }

        void interrupt() {
            thread.interrupt();
        }

        Throwable thrown() throws InterruptedException {
            assertTrue(thread.join(LONG), "the call does not end");
            return outcome.get();
        }
    }
}

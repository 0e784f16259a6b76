package io.zerobuffer.benchmarks.jmh;

import io.zerobuffer.Batch;
import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.internal.os.Access;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Ownership;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.os.linux.LinuxOperatingSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The pieces of which a frame's way consists, in one thread that is writer and reader: nothing moves between processors
 * here. A ring takes no more frames than it has space for, so claim and commit cannot be measured without take and
 * release; each state holds frames of both sides in between, and the two halves are told apart by measuring them
 * together and the second alone.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Pieces {
    /** A buffer with both sides in this process. */
    @State(Scope.Thread)
    public static class Ring {
        private static final long SIZE = 16 << 20;
        /** Frames in the ring at a time, where one half is timed and the other is not. */
        static final int BATCH = 4096;

        static final int SMALL = 64;

        Reader reader;
        Writer writer;

        /** Connects both sides. */
        @Setup
        public void open() {
            String name = "zb-jmh-" + ProcessHandle.current().pid();
            reader =
                    Reader.create(name, ReaderConfig.builder().payloadSize(SIZE).build());
            writer = Writer.connect(name);
        }

        /** Disconnects them, and leaves nothing behind. */
        @TearDown
        public void close() {
            writer.close();
            reader.close();
        }
    }

    /** A ring that is empty before each call. */
    @State(Scope.Thread)
    public static class EmptyRing extends Ring {
        /** Takes what the call before has written. */
        @Setup(Level.Invocation)
        public void empty() {
            for (Frame frame = reader.poll(); frame != null; frame = reader.poll()) {
                frame.release();
            }
        }
    }

    /** A ring that holds a batch of frames before each call. */
    @State(Scope.Thread)
    public static class FilledRing extends Ring {
        /** Writes what the call takes. */
        @Setup(Level.Invocation)
        public void fill() {
            for (int i = 0; i < BATCH; i++) {
                commit(writer);
            }
        }
    }

    /** A ring through which frames go in batches. */
    @State(Scope.Thread)
    public static class BatchRing extends Ring {
        static final int FRAMES = 256;

        private final MemorySegment source = Arena.ofAuto().allocate(SMALL, 64);
        private final Consumer<Frame> summing = this::add;
        private long sum;

        private void add(Frame frame) {
            sum += frame.getLong(0);
        }
    }

    /** Frame data. */
    @State(Scope.Thread)
    public static class Data {
        /** Bytes of a frame. */
        @Param({"64", "1024", "65536", "1048576", "6220800"})
        private int size;

        private MemorySegment source;
        private MemorySegment destination;

        /** Fills it with something, because reading memory that was never written is faster. */
        @Setup
        public void fill() {
            source = Arena.ofAuto().allocate(size, 64).fill((byte) 7);
            destination = Arena.ofAuto().allocate(size, 64).fill((byte) 9);
        }
    }

    /** A named semaphore nobody waits for. */
    @State(Scope.Thread)
    public static class Semaphore {
        private Arena arena;
        private Ownership ownership;
        private Signal semaphore;

        /** Creates it. */
        @Setup
        public void open() throws OsException {
            arena = Arena.ofShared();
            ownership = LinuxOperatingSystem.INSTANCE
                    .buffers()
                    .own("zb-jmh-" + ProcessHandle.current().pid(), Access.OWNER);
            semaphore = ownership.createSignal(Role.WRITER, arena);
        }

        /** Removes it. */
        @TearDown
        public void close() throws OsException {
            ownership.remove();
            arena.close();
        }
    }

    private static void commit(Writer writer) {
        Claim claim = writer.claim(Ring.SMALL);
        claim.putLong(0, 1);
        claim.commit();
    }

    /** Claim, one store, commit. */
    @Benchmark
    @OperationsPerInvocation(Ring.BATCH)
    public void claimAndCommit(EmptyRing ring) {
        for (int i = 0; i < Ring.BATCH; i++) {
            commit(ring.writer);
        }
    }

    /** Take, one load, release. */
    @Benchmark
    @OperationsPerInvocation(Ring.BATCH)
    public long takeAndRelease(FilledRing ring) {
        long sum = 0;
        for (int i = 0; i < Ring.BATCH; i++) {
            Frame frame = ring.reader.poll();
            sum += frame.getLong(0);
            frame.release();
        }
        return sum;
    }

    /** All of it, frame by frame. */
    @Benchmark
    public long claimCommitTakeRelease(Ring ring) {
        commit(ring.writer);
        Frame frame = ring.reader.poll();
        long value = frame.getLong(0);
        frame.release();
        return value;
    }

    /** The same by copy, without reading the frame. */
    @Benchmark
    public long writeTakeRelease(Ring ring, Data data) {
        ring.writer.write(data.source);
        Frame frame = ring.reader.poll();
        long size = frame.size();
        frame.release();
        return size;
    }

    /** A frame's share of a batch that is written by copy, published, and drained. */
    @Benchmark
    @OperationsPerInvocation(BatchRing.FRAMES)
    public long batchAndDrain(BatchRing ring) {
        try (Batch batch = ring.writer.batch()) {
            for (int i = 0; i < BatchRing.FRAMES; i++) {
                batch.write(ring.source);
            }
        }
        ring.reader.drain(ring.summing, BatchRing.FRAMES);
        return ring.sum;
    }

    /** A look at an empty ring. */
    @Benchmark
    public Frame pollInVain(Ring ring) {
        return ring.reader.poll();
    }

    /** One token on and off. */
    @Benchmark
    public boolean postAndTryTake(Semaphore state) {
        state.semaphore.post();
        return state.semaphore.tryTake();
    }

    /** A look at a semaphore without tokens: what a reader does while it spins. */
    @Benchmark
    public boolean tryTakeInVain(Semaphore state) {
        return state.semaphore.tryTake();
    }

    /** From memory to memory, both in the cache if they fit. */
    @Benchmark
    public void copy(Data data) {
        MemorySegment.copy(
                data.source, ValueLayout.JAVA_BYTE, 0, data.destination, ValueLayout.JAVA_BYTE, 0, data.size);
    }
}

package io.zerobuffer.benchmarks.jmh;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a new ring of 256 MB costs: its creation, and the frames of its first lap compared with later ones. Every call
 * is one figure.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m"})
@State(Scope.Thread)
public class Opening {
    private static final long RING = 256 << 20;
    /** 1080p, 4:2:0. */
    private static final int FRAME = 3_110_416;
    /** Enough for the compiler, and for more laps than one. */
    private static final int FRAMES_BEFORE = 2000;

    private static final int FIRST_FRAMES = 100;
    private static final int CACHE_LINE = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Whether every page is reserved at creation. */
    @Param({"true", "false"})
    private boolean reserved;

    private Reader created;

    private Reader create(String purpose) {
        return Reader.create(
                "zb-jmh-" + purpose + "-" + ProcessHandle.current().pid(),
                ReaderConfig.builder().payloadSize(RING).reserveMemory(reserved).build());
    }

    /** Removes what a call created. */
    @TearDown(Level.Invocation)
    public void remove() {
        if (created != null) {
            created.close();
            created = null;
        }
    }

    /** Creates a buffer. */
    @Benchmark
    @Warmup(iterations = 10)
    @Measurement(iterations = 20)
    public Reader create() {
        created = create("create");
        return created;
    }

    /** A ring whose code is compiled, by frames through another one. */
    @State(Scope.Thread)
    public static class NewRing {
        private final MemorySegment data = Arena.ofAuto().allocate(FRAME, 64).fill((byte) 7);
        private Reader reader;
        private Writer writer;

        /** Warms up on another ring, and creates this one. */
        @Setup
        public void open(Opening how) {
            open(how, "warm-up");
            pass(FRAMES_BEFORE);
            close();
            open(how, "frames");
            pass(framesBefore());
        }

        int framesBefore() {
            return 0;
        }

        private void open(Opening how, String purpose) {
            reader = how.create(purpose);
            writer = Writer.connect(reader.name(), PATIENCE);
        }

        void pass(int frames) {
            for (int i = 0; i < frames; i++) {
                pass();
            }
        }

        long pass() {
            writer.write(data);
            long sum = 0;
            try (Frame frame = reader.read(PATIENCE)) {
                for (int i = 0; i <= FRAME - Long.BYTES; i += CACHE_LINE) {
                    sum += frame.getLong(i);
                }
            }
            return sum;
        }

        /** Removes the ring. */
        @TearDown
        public void close() {
            writer.close();
            reader.close();
        }
    }

    /** A ring that has been used for some laps. */
    @State(Scope.Thread)
    public static class UsedRing extends NewRing {
        @Override
        int framesBefore() {
            return FRAMES_BEFORE;
        }
    }

    /**
     * One of the first 100 frames through a new ring, written by copy and read, one 64-bit integer of each cache line.
     */
    @Benchmark
    @Warmup(iterations = 0)
    @Measurement(iterations = FIRST_FRAMES)
    public long firstFrames(NewRing ring) {
        return ring.pass();
    }

    /** One of 100 later frames. */
    @Benchmark
    @Warmup(iterations = 0)
    @Measurement(iterations = FIRST_FRAMES)
    public long laterFrames(UsedRing ring) {
        return ring.pass();
    }
}

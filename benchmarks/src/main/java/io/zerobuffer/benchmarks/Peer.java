package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.AeronTransport;
import io.zerobuffer.benchmarks.transport.AgronaTransport;
import io.zerobuffer.benchmarks.transport.ChannelSettings;
import io.zerobuffer.benchmarks.transport.ChannelSettings.Waiting;
import io.zerobuffer.benchmarks.transport.ChronicleTransport;
import io.zerobuffer.benchmarks.transport.SocketTransport;
import io.zerobuffer.benchmarks.transport.Transport;
import io.zerobuffer.benchmarks.transport.WireTransport;
import io.zerobuffer.benchmarks.transport.ZeroBufferTransport;
import io.zerobuffer.benchmarks.transport.ZeroMqTransport;
import java.net.StandardProtocolFamily;
import java.util.List;

/** What is compared, and how it is set up. */
enum Peer {
    ZEROBUFFER(
            "write (copied into the ring) and read; wait strategy spinning, or adaptive (the default) where peers idle",
            Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(settings, ZeroBufferTransport.Form.WRITE);
        }
    },
    ZEROBUFFER_CLAIM("the same with claim, fill in place and commit", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(settings, ZeroBufferTransport.Form.CLAIM);
        }
    },
    ZEROBUFFER_POLL("tryWrite and poll, again and again", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(settings, ZeroBufferTransport.Form.POLL);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    ZEROBUFFER_DRAIN("write, and drain: the frames that are there, by one object that is used again", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(settings, ZeroBufferTransport.Form.DRAIN);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    ZEROBUFFER_BATCH(
            "frames written in a batch and drained, what is there at a time; the sender publishes every 16 KB",
            Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(settings, ZeroBufferTransport.Form.BATCH);
        }

        @Override
        boolean takesPart(Job job) {
            return streamed(job);
        }
    },
    ZEROBUFFER_BATCH_256M("the same in a ring of 256 MB", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(inLargeRing(settings), ZeroBufferTransport.Form.BATCH);
        }

        @Override
        boolean takesPart(Job job) {
            return streamed(job);
        }
    },
    ZEROBUFFER_256M("as zerobuffer, in a ring of 256 MB", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroBufferTransport(inLargeRing(settings), ZeroBufferTransport.Form.WRITE);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    AERON(
            "IPC, exclusive publication, offer, FragmentAssembler; embedded media driver on the far side, SHARED,"
                    + " back-off; MTU 65504; terms of 64 MB (the default), preallocated and touched; busy spin, or"
                    + " back-off where peers idle",
            Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AeronTransport(settings, AeronTransport.Form.OFFER, far);
        }
    },
    AERON_CLAIM("the same with tryClaim, for what fits one fragment", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AeronTransport(settings, AeronTransport.Form.CLAIM, far);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job) && job.size() <= LARGEST_AERON_CLAIM;
        }
    },
    AERON_SMALL_TERMS("as aeron, terms of 8 frames, at least 4 MB", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AeronTransport(settings, AeronTransport.Form.OFFER_IN_SMALL_TERMS, far);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    AERON_SLEEPING("as aeron, the receiver sleeps 1 ns between polls (SleepingIdleStrategy)", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AeronTransport(settings, AeronTransport.Form.OFFER_SLEEPING, far);
        }

        @Override
        boolean takesPart(Job job) {
            return job.kind() == Kind.WAKE_UP || job.kind() == Kind.IDLE;
        }
    },
    AGRONA(
            "OneToOneRingBuffer in a mapped file, write (copied), smallest ring that takes the frame, at least 4 MB;"
                    + " busy spin, or back-off where peers idle",
            Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AgronaTransport(settings, false);
        }
    },
    AGRONA_CLAIM("the same with tryClaim, fill in place and commit", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AgronaTransport(settings, true);
        }
    },
    AGRONA_256M("as agrona, in a ring of 256 MB", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AgronaTransport(inLargeRing(settings), false);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    AGRONA_CLAIM_256M("as agrona-claim, in a ring of 256 MB", Runtime.AGRONA) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new AgronaTransport(inLargeRing(settings), true);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    CHRONICLE(
            "Chronicle Queue in /dev/shm, writingDocument and readingDocument, blocks of at least 64 MB; busy pauser,"
                    + " or balanced where peers idle",
            Runtime.CHRONICLE) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ChronicleTransport(settings);
        }
    },
    UNIX(
            "unix domain stream socket, NIO, direct buffers, send buffer as large as the system allows; polled where"
                    + " peers spin, blocking where they idle",
            Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new SocketTransport(settings, StandardProtocolFamily.UNIX);
        }
    },
    UNIX_BLOCKING("the same, blocking", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new SocketTransport(with(settings, Waiting.IDLE, 0), StandardProtocolFamily.UNIX);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    TCP(
            "TCP on the loopback interface, NIO, direct buffers, TCP_NODELAY, buffers tuned by the kernel; polled"
                    + " where peers spin, blocking where they idle",
            Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new SocketTransport(settings, StandardProtocolFamily.INET);
        }
    },
    TCP_BLOCKING("the same, blocking", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new SocketTransport(with(settings, Waiting.IDLE, 0), StandardProtocolFamily.INET);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    JEROMQ(
            "PUSH to PULL over TCP on the loopback interface, one I/O thread each, high-water mark 64 MB or 1000"
                    + " frames; always blocking",
            Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new ZeroMqTransport(settings);
        }
    },
    C_SEMAPHORE(
            "two POSIX named semaphores, sem_wait and sem_post, no data: what any blocking exchange costs at least",
            Runtime.C) {
        @Override
        boolean takesPart(Job job) {
            return job.kind() == Kind.ROUND_TRIP && job.size() == SMALLEST
                    || job.kind() == Kind.WAKE_UP
                    || job.kind() == Kind.IDLE;
        }
    },
    C_RING(
            "C, four slots in shared memory (more where they fit 4 MB), frames on cache lines, from 4 KB on copied by"
                    + " a loop in the widest registers, below by memcpy, spinning: what two processors can do without a"
                    + " protocol",
            Runtime.C) {
        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    C_RING_APART(
            "the same with 16 KB between the frames, so that no processor reads ahead into the next one", Runtime.C) {
        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    C_WIRE(
            "C, the least that the protocol lets two sides do per frame, frames of one size, memcpy, spinning: its"
                    + " limit",
            Runtime.C) {
        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    C_COMMIT(
            "the same in the order of docs/decisions/0002, in which the next writer can finish what one that died"
                    + " left: the limit of that order",
            Runtime.C) {
        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }
    },
    JAVA_WIRE("c-wire by memory segments: its limit for a Java program", Runtime.PLAIN) {
        @Override
        Transport open(ChannelSettings settings, boolean far) {
            return new WireTransport(settings);
        }

        @Override
        boolean takesPart(Job job) {
            return throughput(job);
        }

        @Override
        boolean isAlternative() {
            return false;
        }
    },
    C_ZEROBUFFER("the protocol in C, blocking: peers/c of the conformance suite", Runtime.C);

    private static final long LARGE_RING = 256L << 20;
    private static final int LARGEST_AERON_CLAIM = 65504 - 32;
    static final int SMALLEST = 64;

    private final String description;
    private final Runtime runtime;

    Peer(String description, Runtime runtime) {
        this.description = description;
        this.runtime = runtime;
    }

    /** What a peer's processes are, and the options of their JVM. */
    enum Runtime {
        PLAIN(List.of()),
        /** Agrona reaches for the JDK's own Unsafe, and is documented to be run without its bounds checks for speed. */
        AGRONA(List.of(
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dagrona.disable.bounds.checks=true")),
        /** As the documentation of Chronicle asks; its report on usage is switched off. */
        CHRONICLE(List.of(
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
                "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dchronicle.analytics.disable=true",
                "-Dchronicle.announcer.disable=true")),
        C(null);

        private final List<String> options;

        Runtime(List<String> options) {
            this.options = options;
        }

        boolean isJava() {
            return options != null;
        }

        /** Options of the JVM that not every version knows are left out where it does not. */
        List<String> options() {
            return options.stream()
                    .filter(option -> !option.startsWith("--sun-misc")
                            || java.lang.Runtime.version().feature() >= 23)
                    .toList();
        }
    }

    /**
     * Opens the transport in one of its two processes.
     *
     * @param far whether in the one that is started first
     */
    Transport open(ChannelSettings settings, boolean far) {
        throw new IllegalStateException(label() + " is not a Java program");
    }

    boolean takesPart(Job job) {
        return true;
    }

    String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    String description() {
        return description;
    }

    Runtime runtime() {
        return runtime;
    }

    /** Whether it is this project's library. */
    boolean isOurs() {
        return label().startsWith("zerobuffer");
    }

    /** Whether it is something a Java program could use instead. */
    boolean isAlternative() {
        return !isOurs() && runtime.isJava();
    }

    static Peer of(String label) {
        for (Peer peer : values()) {
            if (peer.label().equals(label)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no such peer: " + label);
    }

    private static boolean throughput(Job job) {
        return job.kind() == Kind.ROUND_TRIP || job.kind() == Kind.STREAM || job.kind() == Kind.CHECK;
    }

    private static boolean streamed(Job job) {
        return job.kind() == Kind.STREAM || job.kind() == Kind.CHECK;
    }

    private static ChannelSettings inLargeRing(ChannelSettings settings) {
        return with(settings, settings.waiting(), LARGE_RING);
    }

    private static ChannelSettings with(ChannelSettings settings, Waiting waiting, long ringSize) {
        return new ChannelSettings(settings.directory(), settings.frameSize(), ringSize, waiting, settings.held());
    }
}

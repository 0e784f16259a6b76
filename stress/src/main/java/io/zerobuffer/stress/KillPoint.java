package io.zerobuffer.stress;

import static io.zerobuffer.stress.KillPoint.Phase.CLOSE;
import static io.zerobuffer.stress.KillPoint.Phase.DEPARTURE;
import static io.zerobuffer.stress.KillPoint.Phase.OPEN;
import static io.zerobuffer.stress.KillPoint.Phase.STREAM;
import static io.zerobuffer.stress.KillPoint.Phase.SUCCESSION;
import static io.zerobuffer.stress.KillPoint.Role.READER;
import static io.zerobuffer.stress.KillPoint.Role.WRITER;

import java.util.Arrays;
import java.util.List;

/** A step of the library in front of which, or behind which, a process can be made to vanish. */
enum KillPoint {
    CLAIM_NOTES_SEQUENCE("internal.wire.FrameHeader", "writeNote", WRITER, STREAM, 20),
    COMMIT_WRITES_PENDING("internal.wire.FrameHeader", "writePending", WRITER, STREAM, 800),
    COMMIT_MARKS_WRAP("internal.wire.FrameHeader", "writeWrapMarker", WRITER, STREAM, 12),
    COMMIT_REWINDS("internal.wire.HeaderBlock", "payloadReadPositionRelease", WRITER, STREAM, 3),
    COMMIT_TAKES_SPACE("internal.wire.HeaderBlock", "addPayloadFreeBytesVolatile", WRITER, STREAM, 800),
    COMMIT_COUNTS("internal.wire.HeaderBlock", "payloadWrittenCountRelease", WRITER, STREAM, 800),
    COMMIT_MOVES_WRITE_POSITION("internal.wire.HeaderBlock", "payloadWritePositionRelease", WRITER, STREAM, 800),
    COMMIT_PUBLISHES("internal.wire.FrameHeader", "publishRelease", WRITER, STREAM, 800),
    COMMIT_POSTS("internal.os.linux.GlibcSemaphore", "post", WRITER, STREAM, 800),
    WRITER_EMPTIES_TOKENS("internal.os.linux.GlibcSemaphore", "takeAll", WRITER, STREAM, 20),
    WRITER_WAITS("internal.os.linux.GlibcSemaphore", "take", WRITER, STREAM, 20),
    METADATA_IS_PUBLISHED("internal.wire.HeaderBlock", "metadataWrittenBytesRelease", WRITER, STREAM, 1),

    CONNECT_OPENS_SEGMENT("internal.os.posix.Libc", "shmOpen", WRITER, OPEN, 6),
    CONNECT_MAPS("internal.os.posix.Libc", "mmap", WRITER, OPEN, 6),
    CONNECT_HOLDS_RANGE("internal.os.linux.Linux", "lockRange", WRITER, OPEN, 1),
    CONNECT_NUMBERS("internal.wire.HeaderBlock", "writerConnectionRelease", WRITER, OPEN, 1),
    CONNECT_STORES_PID("internal.wire.HeaderBlock", "compareAndSetWriterPid", WRITER, OPEN, 1),
    CONNECT_FINDS_SEQUENCE("internal.ring.LastSequence", "find", WRITER, OPEN, 1),
    CONNECT_FORGETS_GOODBYES("internal.os.linux.GlibcSemaphore", "takeAll", WRITER, OPEN, 1),

    SUCCESSOR_COUNTS("internal.wire.HeaderBlock", "payloadWrittenCountRelease", WRITER, SUCCESSION, 1),
    SUCCESSOR_FINISHES_HEADER("internal.wire.FrameHeader", "write", WRITER, SUCCESSION, 1),
    SUCCESSOR_MOVES_WRITE_POSITION("internal.wire.HeaderBlock", "payloadWritePositionRelease", WRITER, SUCCESSION, 1),
    SUCCESSOR_FREES_SPACE("internal.wire.HeaderBlock", "addPayloadFreeBytesVolatile", WRITER, SUCCESSION, 1),
    SUCCESSOR_NOTES_SEQUENCE("internal.wire.FrameHeader", "writeNote", WRITER, SUCCESSION, 1),
    SUCCESSOR_POSTS_FOR_THE_DEAD("internal.os.linux.GlibcSemaphore", "post", WRITER, SUCCESSION, 1),

    WRITER_CUTS_ITSELF_OFF("internal.os.linux.Linux", "replaceByZeros", WRITER, CLOSE, 2),
    WRITER_MARKS_CLOSED("internal.wire.HeaderBlock", "writerConnectionRelease", WRITER, CLOSE, 1),
    WRITER_CLEARS_PID("internal.wire.HeaderBlock", "writerPidRelease", WRITER, CLOSE, 1),
    WRITER_POSTS_GOODBYE("internal.os.linux.GlibcSemaphore", "post", WRITER, CLOSE, 2),
    WRITER_CLOSES_DESCRIPTOR("internal.os.posix.Libc", "close", WRITER, CLOSE, 1),

    TAKE_GETS_TOKEN("internal.os.linux.GlibcSemaphore", "tryTake", READER, STREAM, 800),
    TAKE_WAITS("internal.os.linux.GlibcSemaphore", "take", READER, STREAM, 40),
    TAKE_MOVES_READ_POSITION("internal.wire.HeaderBlock", "payloadReadPositionRelease", READER, STREAM, 800),
    TAKE_COUNTS("internal.wire.HeaderBlock", "payloadReadCountRelease", READER, STREAM, 800),
    RELEASE_FREES_SPACE("internal.wire.HeaderBlock", "addPayloadFreeBytesVolatile", READER, STREAM, 800),
    RELEASE_POSTS("internal.os.linux.GlibcSemaphore", "post", READER, STREAM, 800),

    DEPARTURE_KEEPS_WRITERS_OUT("internal.os.linux.Linux", "lockRange", READER, DEPARTURE, 1),
    DEPARTURE_PUTS_RIGHT("internal.ring.RingReader", "freeUncommitted", READER, DEPARTURE, 1),
    DEPARTURE_FREES_SPACE("internal.wire.HeaderBlock", "compareAndSetPayloadFreeBytes", READER, DEPARTURE, 1),
    DEPARTURE_LETS_WRITERS_IN("internal.os.linux.Linux", "unlockRange", READER, DEPARTURE, 1),

    CREATE_MAKES_DIRECTORY("internal.os.posix.Libc", "mkdir", READER, OPEN, 3),
    CREATE_OPENS_LOCK("internal.os.posix.Libc", "open", READER, OPEN, 7),
    CREATE_LOCKS("internal.os.posix.Libc", "flock", READER, OPEN, 2),
    CREATE_REMOVES_SEGMENT("internal.os.posix.Libc", "shmUnlink", READER, OPEN, 3),
    CREATE_REMOVES_SEMAPHORE("internal.os.posix.Libc", "semUnlink", READER, OPEN, 2),
    CREATE_MAKES_SEGMENT("internal.os.posix.Libc", "shmOpen", READER, OPEN, 7),
    CREATE_SETS_MODE("internal.os.posix.Libc", "fchmod", READER, OPEN, 5),
    CREATE_SIZES("internal.os.posix.Libc", "ftruncate", READER, OPEN, 1),
    CREATE_RESERVES("internal.os.linux.Linux", "posixFallocate", READER, OPEN, 1),
    CREATE_MAPS("internal.os.posix.Libc", "mmap", READER, OPEN, 5),
    CREATE_HOLDS_RANGE("internal.os.linux.Linux", "lockRange", READER, OPEN, 1),
    CREATE_MAKES_SEMAPHORE("internal.os.posix.Libc", "semOpen", READER, OPEN, 2),
    CREATE_FILLS_HEADER("internal.wire.HeaderBlock", "initialise", READER, OPEN, 1),
    CREATE_PUBLISHES("internal.wire.HeaderBlock", "publishRelease", READER, OPEN, 1),
    CREATE_GETS_NAME("internal.os.linux.LinuxSharedMemory", "moveTo", READER, OPEN, 1),
    CREATE_LINKS("internal.os.posix.Libc", "link", READER, OPEN, 1),

    READER_CLEARS_PID("internal.wire.HeaderBlock", "readerPidRelease", READER, CLOSE, 1),
    READER_POSTS_GOODBYE("internal.os.linux.GlibcSemaphore", "post", READER, CLOSE, 2),
    READER_UNLINKS_SEGMENT("internal.os.posix.Libc", "shmUnlink", READER, CLOSE, 1),
    READER_UNLINKS_SEMAPHORE("internal.os.posix.Libc", "semUnlink", READER, CLOSE, 2),
    READER_UNLINKS_LOCK("internal.os.posix.Libc", "unlink", READER, CLOSE, 2),
    READER_CLOSES_DESCRIPTOR("internal.os.posix.Libc", "close", READER, CLOSE, 6);

    enum Role {
        READER,
        WRITER
    }

    /**
     * What the process does when the point is to be met: a writer comes after one that died in its commit, a reader
     * finds that its writer is gone.
     */
    enum Phase {
        OPEN,
        SUCCESSION,
        STREAM,
        DEPARTURE,
        CLOSE
    }

    /** The class, as a class file names it. */
    final String owner;

    final String method;
    final Role role;
    final Phase phase;

    /** The process dies at one of the first so many calls. */
    final int calls;

    KillPoint(String owner, String method, Role role, Phase phase, int calls) {
        this.owner = "io/zerobuffer/" + owner.replace('.', '/');
        this.method = method;
        this.role = role;
        this.phase = phase;
        this.calls = calls;
    }

    static List<KillPoint> of(Role role, Phase phase) {
        return Arrays.stream(values())
                .filter(point -> point.role == role && point.phase == phase)
                .toList();
    }

    /** Whether a writer that dies there may have taken space for a frame that write_pos does not cover. */
    boolean leaksSpace() {
        return this == COMMIT_TAKES_SPACE || this == COMMIT_COUNTS || this == COMMIT_MOVES_WRITE_POSITION;
    }

    /** The number of a method, the same for every point that uses it: methods know nothing of roles and phases. */
    static int methodNumber(String owner, String method) {
        for (KillPoint point : values()) {
            if (point.owner.equals(owner) && point.method.equals(method)) {
                return point.ordinal();
            }
        }
        return -1;
    }
}

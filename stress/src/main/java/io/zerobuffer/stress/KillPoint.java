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
    CLAIM_NOTES_SEQUENCE("bytes.FrameHeader", "writeNote", WRITER, STREAM, 20),
    COMMIT_WRITES_PENDING("bytes.FrameHeader", "writePending", WRITER, STREAM, 800),
    COMMIT_MARKS_WRAP("bytes.FrameHeader", "writeWrapMarker", WRITER, STREAM, 12),
    COMMIT_REWINDS("bytes.HeaderBlock", "payloadReadPositionRelease", WRITER, STREAM, 3),
    COMMIT_TAKES_SPACE("bytes.HeaderBlock", "addPayloadFreeBytesVolatile", WRITER, STREAM, 800),
    COMMIT_COUNTS("bytes.HeaderBlock", "payloadWrittenCountRelease", WRITER, STREAM, 800),
    COMMIT_MOVES_WRITE_POSITION("bytes.HeaderBlock", "payloadWritePositionRelease", WRITER, STREAM, 800),
    COMMIT_PUBLISHES("bytes.FrameHeader", "publishRelease", WRITER, STREAM, 800),
    COMMIT_POSTS("os.linux.GlibcSemaphore", "post", WRITER, STREAM, 800),
    WRITER_EMPTIES_TOKENS("os.linux.GlibcSemaphore", "takeAll", WRITER, STREAM, 20),
    WRITER_WAITS("os.linux.GlibcSemaphore", "take", WRITER, STREAM, 20),
    METADATA_IS_PUBLISHED("bytes.HeaderBlock", "metadataWrittenBytesRelease", WRITER, STREAM, 1),

    CONNECT_OPENS_SEGMENT("os.linux.Libc", "shmOpen", WRITER, OPEN, 6),
    CONNECT_MAPS("os.linux.Libc", "mmap", WRITER, OPEN, 6),
    CONNECT_HOLDS_RANGE("os.linux.Libc", "holdRange", WRITER, OPEN, 1),
    CONNECT_NUMBERS("bytes.HeaderBlock", "writerConnectionRelease", WRITER, OPEN, 1),
    CONNECT_STORES_PID("bytes.HeaderBlock", "compareAndSetWriterPid", WRITER, OPEN, 1),
    CONNECT_FINDS_SEQUENCE("ring.LastSequence", "find", WRITER, OPEN, 1),
    CONNECT_FORGETS_GOODBYES("os.linux.GlibcSemaphore", "takeAll", WRITER, OPEN, 1),

    SUCCESSOR_COUNTS("bytes.HeaderBlock", "payloadWrittenCountRelease", WRITER, SUCCESSION, 1),
    SUCCESSOR_FINISHES_HEADER("bytes.FrameHeader", "write", WRITER, SUCCESSION, 1),
    SUCCESSOR_MOVES_WRITE_POSITION("bytes.HeaderBlock", "payloadWritePositionRelease", WRITER, SUCCESSION, 1),
    SUCCESSOR_GIVES_SPACE_BACK("bytes.HeaderBlock", "addPayloadFreeBytesVolatile", WRITER, SUCCESSION, 1),
    SUCCESSOR_NOTES_SEQUENCE("bytes.FrameHeader", "writeNote", WRITER, SUCCESSION, 1),
    SUCCESSOR_POSTS_FOR_THE_DEAD("os.linux.GlibcSemaphore", "post", WRITER, SUCCESSION, 1),

    WRITER_CUTS_ITSELF_OFF("os.linux.Libc", "replaceByZeros", WRITER, CLOSE, 2),
    WRITER_MARKS_CLOSED("bytes.HeaderBlock", "writerConnectionRelease", WRITER, CLOSE, 1),
    WRITER_CLEARS_PID("bytes.HeaderBlock", "writerPidRelease", WRITER, CLOSE, 1),
    WRITER_POSTS_GOODBYE("os.linux.GlibcSemaphore", "post", WRITER, CLOSE, 2),
    WRITER_CLOSES_DESCRIPTOR("os.linux.Libc", "close", WRITER, CLOSE, 1),

    TAKE_GETS_TOKEN("os.linux.GlibcSemaphore", "tryTake", READER, STREAM, 800),
    TAKE_WAITS("os.linux.GlibcSemaphore", "take", READER, STREAM, 40),
    TAKE_MOVES_READ_POSITION("bytes.HeaderBlock", "payloadReadPositionRelease", READER, STREAM, 800),
    TAKE_COUNTS("bytes.HeaderBlock", "payloadReadCountRelease", READER, STREAM, 800),
    RELEASE_GIVES_SPACE_BACK("bytes.HeaderBlock", "addPayloadFreeBytesVolatile", READER, STREAM, 800),
    RELEASE_POSTS("os.linux.GlibcSemaphore", "post", READER, STREAM, 800),

    DEPARTURE_KEEPS_WRITERS_OUT("os.linux.Libc", "holdRange", READER, DEPARTURE, 1),
    DEPARTURE_PUTS_RIGHT("ring.RingReader", "forgetUncommitted", READER, DEPARTURE, 1),
    DEPARTURE_GIVES_SPACE_BACK("bytes.HeaderBlock", "compareAndSetPayloadFreeBytes", READER, DEPARTURE, 1),
    DEPARTURE_LETS_WRITERS_IN("os.linux.Libc", "letGoRange", READER, DEPARTURE, 1),

    CREATE_MAKES_DIRECTORY("os.linux.Libc", "mkdir", READER, OPEN, 3),
    CREATE_OPENS_LOCK("os.linux.Libc", "open", READER, OPEN, 7),
    CREATE_LOCKS("os.linux.Libc", "flock", READER, OPEN, 2),
    CREATE_REMOVES_SEGMENT("os.linux.Libc", "shmUnlink", READER, OPEN, 3),
    CREATE_REMOVES_SEMAPHORE("os.linux.Libc", "semUnlink", READER, OPEN, 2),
    CREATE_MAKES_SEGMENT("os.linux.Libc", "shmOpen", READER, OPEN, 7),
    CREATE_SETS_MODE("os.linux.Libc", "fchmod", READER, OPEN, 5),
    CREATE_SIZES("os.linux.Libc", "ftruncate", READER, OPEN, 1),
    CREATE_RESERVES("os.linux.Libc", "posixFallocate", READER, OPEN, 1),
    CREATE_MAPS("os.linux.Libc", "mmap", READER, OPEN, 5),
    CREATE_HOLDS_RANGE("os.linux.Libc", "holdRange", READER, OPEN, 1),
    CREATE_MAKES_SEMAPHORE("os.linux.Libc", "semOpen", READER, OPEN, 2),
    CREATE_FILLS_HEADER("bytes.HeaderBlock", "initialise", READER, OPEN, 1),
    CREATE_PUBLISHES("bytes.HeaderBlock", "publishRelease", READER, OPEN, 1),
    CREATE_GETS_NAME("os.linux.LinuxSharedMemory", "moveTo", READER, OPEN, 1),
    CREATE_LINKS("os.linux.Libc", "link", READER, OPEN, 1),

    READER_CLEARS_PID("bytes.HeaderBlock", "readerPidRelease", READER, CLOSE, 1),
    READER_POSTS_GOODBYE("os.linux.GlibcSemaphore", "post", READER, CLOSE, 2),
    READER_UNLINKS_SEGMENT("os.linux.Libc", "shmUnlink", READER, CLOSE, 1),
    READER_UNLINKS_SEMAPHORE("os.linux.Libc", "semUnlink", READER, CLOSE, 2),
    READER_UNLINKS_LOCK("os.linux.Libc", "unlink", READER, CLOSE, 2),
    READER_CLOSES_DESCRIPTOR("os.linux.Libc", "close", READER, CLOSE, 6);

    enum Role { READER, WRITER }

    /** What the process does when the point is to be met: a writer comes after one that died in its commit, a reader finds that its writer is gone. */
    enum Phase { OPEN, SUCCESSION, STREAM, DEPARTURE, CLOSE }

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
        return Arrays.stream(values()).filter(point -> point.role == role && point.phase == phase).toList();
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

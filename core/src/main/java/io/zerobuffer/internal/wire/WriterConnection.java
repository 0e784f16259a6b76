package io.zerobuffer.internal.wire;

/**
 * The word in which a writer of this library says which connection is its own. It tells what a process id cannot: in
 * containers every writer has the same one, and a writer that is refused may overwrite writer_pid.
 *
 * <pre>
 *   bits 0..30   process id of the writer that connected last and holds, or held, the byte range of writer_pid
 *   bit  31      set once that writer has closed
 *   bits 32..63  number of the connection, one more each time
 * </pre>
 *
 * Writers of other origin leave the word alone. 0 means that no writer of this library has connected yet.
 */
public final class WriterConnection {
    private static final int NUMBER_SHIFT = 32;
    private static final long CLOSED = 1L << 31;
    private static final long PID = CLOSED - 1;

    private WriterConnection() {}

    /** The word of the connection that follows another. */
    public static long after(long connection, long pid) {
        return number(connection) + 1 << NUMBER_SHIFT | pid & PID;
    }

    /** The word of a connection once its writer has closed. */
    public static long closed(long connection) {
        return connection | CLOSED;
    }

    /** Whether a writer has connected that did not close: it lives as long as it holds its range. */
    public static boolean isOpen(long connection) {
        return connection != 0 && (connection & CLOSED) == 0;
    }

    /** Process id of the writer. */
    public static long pid(long connection) {
        return connection & PID;
    }

    /** Which connection it is, counted from 1. */
    public static long number(long connection) {
        return connection >>> NUMBER_SHIFT;
    }
}

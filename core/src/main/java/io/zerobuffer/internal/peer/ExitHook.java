package io.zerobuffer.internal.peer;

import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the readers and writers that are still open when the program ends by itself, by {@link System#exit}, or by
 * SIGINT, SIGTERM or SIGHUP: none of these runs the close of a try-with-resources statement, and a reader's segment,
 * semaphores and lock file would stay. One hook for all, registered with the first.
 *
 * <p>A thread that is inside a call, or calls afterwards, gets {@link io.zerobuffer.errors.BufferClosedException}, as
 * after any close. Hooks run side by side: a program whose own still needs its buffers sets {@link #PROPERTY} to false,
 * and closes them itself.
 */
public final class ExitHook {
    /** Read when the program ends. */
    public static final String PROPERTY = "io.zerobuffer.closeAtExit";

    private static final System.Logger LOG = System.getLogger("io.zerobuffer");

    /** Exit waits no longer, whatever keeps a close from its end. */
    private static final long PATIENCE_MILLIS = 5000;

    /** Guards what follows; the newest side last. */
    private static final Object MONITOR = new Object();

    private static final LinkedHashSet<AutoCloseable> OPEN = new LinkedHashSet<>();
    private static final Set<AutoCloseable> CLOSING = new HashSet<>();
    private static int opening;
    private static boolean registered;
    private static boolean ending;

    private ExitHook() {}

    /**
     * Opens a side that is to be closed at exit, which waits for it.
     *
     * @throws IllegalStateException if the program is ending, and this has begun to close
     */
    public static <T extends AutoCloseable> T open(String bufferName, Supplier<T> opener) {
        synchronized (MONITOR) {
            if (ending) {
                throw endingFailure(bufferName);
            }
            register();
            opening++;
        }
        @Nullable T side = null;
        try {
            side = opener.get();
            return side;
        } finally {
            end(side);
        }
    }

    /** Keeps a side that is to be closed at exit; closes and refuses it if that has begun. */
    public static <T extends AutoCloseable> T opened(String bufferName, T side) {
        synchronized (MONITOR) {
            if (!ending) {
                register();
                OPEN.add(side);
                return side;
            }
        }
        close(side);
        throw endingFailure(bufferName);
    }

    /** A side has closed, and left nothing. */
    public static void closed(AutoCloseable side) {
        synchronized (MONITOR) {
            OPEN.remove(side);
            CLOSING.remove(side);
            MONITOR.notifyAll();
        }
    }

    public static boolean isEnding() {
        synchronized (MONITOR) {
            return ending;
        }
    }

    private static IllegalStateException endingFailure(String bufferName) {
        return new IllegalStateException("buffer '" + bufferName
                + "': the program is ending, and its buffers are being closed; set -D" + PROPERTY
                + "=false to close them yourself");
    }

    private static void end(@Nullable AutoCloseable side) {
        synchronized (MONITOR) {
            opening--;
            if (side != null) {
                OPEN.add(side);
            }
            MONITOR.notifyAll();
        }
    }

    private static void register() {
        if (registered) {
            return;
        }
        registered = true;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(ExitHook::run, "zerobuffer-exit"));
        } catch (IllegalStateException tooLate) {
            LOG.log(Level.DEBUG, "the program is ending: it has to close its buffers itself");
        }
    }

    private static void run() {
        if (!Boolean.parseBoolean(System.getProperty(PROPERTY, "true"))) {
            return;
        }
        synchronized (MONITOR) {
            ending = true;
        }
        Thread closer =
                Thread.ofPlatform().daemon().name("zerobuffer-exit-close").start(ExitHook::closeAll);
        try {
            closer.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAll() {
        try {
            for (AutoCloseable side = nextToClose(); side != null; side = nextToClose()) {
                close(side);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(AutoCloseable side) {
        try {
            side.close();
        } catch (Exception | Error failure) {
            LOG.log(Level.DEBUG, "a buffer was not closed at exit", failure);
            closed(side);
        }
    }

    /**
     * The newest side that is still open; waits for those that other threads are opening or closing. Null when none is
     * left.
     */
    private static @Nullable AutoCloseable nextToClose() throws InterruptedException {
        synchronized (MONITOR) {
            while (OPEN.isEmpty() && opening + CLOSING.size() > 0) {
                MONITOR.wait();
            }
            if (OPEN.isEmpty()) {
                return null;
            }
            AutoCloseable newest = OPEN.removeLast();
            CLOSING.add(newest);
            return newest;
        }
    }
}

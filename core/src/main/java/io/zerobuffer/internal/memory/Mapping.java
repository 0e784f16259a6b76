package io.zerobuffer.internal.memory;

import io.zerobuffer.internal.os.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long the memory of one reader or writer may be used.
 *
 * <p>The library itself reaches segment and semaphores through the <em>access</em> arena, which ends at {@link #close}:
 * a shared arena refuses to close while a call is using one of its semaphores, and makes every later use an exception.
 * What every frame needs goes by address, and finds private zeros then
 * ({@link io.zerobuffer.internal.os.SharedMemory#byAddress}). A user's view of a frame or claim has an arena of its
 * own, so that it dies with its frame however far it was passed on: a confined one, which costs nanoseconds, where the
 * thread that is going to end the view asks for it; otherwise a shared one, which any thread ends, at the price of a
 * handshake with every thread of the JVM (docs/decisions/0013).
 *
 * <p>Closing ends the shared views, and the confined ones of the closing thread; those of another thread end when that
 * thread releases its frame, and their memory outlives them: a reader's segment is unmapped only when no view is left.
 *
 * <p>A writer's segment cannot wait for that: another thread may be storing through the view of a claim while the next
 * writer connects and claims the same place. So private zeros take the segment's place at close ({@link
 * #cutOffAtClose}), and only then the reader and the next writer are told.
 */
public final class Mapping {
    /**
     * How many bytes of a segment each side maps beforehand: a page fault costs about a microsecond, a frame of 3 MB a
     * millisecond of them. This much holds two frames of 16 MB, which is what a ring that wraps early goes through.
     */
    public static final long POPULATED_BYTES = 32 << 20;

    private static final long RETRY_MILLIS = 1;

    private final Arena mapped = Arena.ofShared();
    private final Arena access = Arena.ofShared();
    private final List<View> views = new ArrayList<>();
    private @Nullable MemorySegment segment;
    /** What is replaced by zeros at close; null where nobody else is to be kept from it. */
    private @Nullable SharedMemory memory;

    private Runnable farewell = () -> {};

    /** The arena to map the segment in. */
    public Arena arena() {
        return mapped;
    }

    /** The arena to open semaphores in. */
    public Arena access() {
        return access;
    }

    /** The mapped segment as the library uses it. */
    public MemorySegment accessible(MemorySegment segment) {
        this.segment = segment;
        return segment.reinterpret(access, null);
    }

    /** Has private zeros put in place of the segment when this closes. */
    public void cutOffAtClose(SharedMemory memory) {
        this.memory = memory;
    }

    /** A part of the segment that becomes inaccessible at {@link #end}. */
    public final class View {
        private final Arena scope;
        private final Thread owner = Thread.currentThread();
        private final MemorySegment part;

        private View(long offset, long size, boolean readOnly, @Nullable Thread keeper) {
            this.scope = owner == keeper ? Arena.ofConfined() : Arena.ofShared();
            MemorySegment slice = Objects.requireNonNull(segment).asSlice(offset, size);
            MemorySegment kept = memory == null ? null : memory.byAddress();
            // The addresses stay mapped as long as a thread has the view, even if it has nothing else any more.
            this.part = (readOnly ? slice.asReadOnly() : slice)
                    .reinterpret(scope, ended -> Reference.reachabilityFence(kept));
        }

        public MemorySegment segment() {
            return part;
        }

        /**
         * Makes the part inaccessible; does nothing the second time.
         *
         * @throws WrongThreadException if the view is confined to another thread, which lives; it stays as it is
         * @throws IllegalStateException if a call to the system is using it; it stays as it is
         */
        public void end() {
            if (scope.scope().isAlive()) {
                try {
                    scope.close();
                } catch (WrongThreadException heldElsewhere) {
                    if (owner.isAlive()) {
                        throw heldElsewhere;
                    }
                }
                forget(this);
            }
        }

        private boolean isEnded() {
            try {
                scope.close();
                return true;
            } catch (WrongThreadException heldElsewhere) {
                return !owner.isAlive();
            } catch (IllegalStateException inUse) {
                return false;
            }
        }
    }

    /**
     * Makes a part of the segment accessible.
     *
     * @param keeper the thread that is going to end the view; null for any
     * @throws IllegalStateException if the mapping is closed
     */
    public synchronized View view(long offset, long size, boolean readOnly, @Nullable Thread keeper) {
        if (!access.scope().isAlive()) {
            throw new IllegalStateException("closed");
        }
        View view = new View(offset, size, readOnly, keeper);
        views.add(view);
        return view;
    }

    /**
     * Ends all access of the library and this thread's views, then unmaps the segment, at the latest when the last view
     * ends.
     */
    public void close() {
        close(() -> {});
    }

    /**
     * Closes, and then bids farewell: as soon as nothing that this side's views store can reach the segment. Where the
     * system refuses the zeros for that, when the last view ends.
     */
    public synchronized void close(Runnable farewell) {
        this.farewell = farewell;
        while (access.scope().isAlive()) {
            try {
                access.close();
            } catch (IllegalStateException inUse) {
                // A thread is inside a call on one of the semaphores; it was woken and leaves.
                pause();
            }
        }
        views.removeIf(View::isEnded);
        if (memory != null && memory.cutOff()) {
            views.clear();
        }
        unmapIfUnused();
    }

    private synchronized void forget(View view) {
        views.remove(view);
        unmapIfUnused();
    }

    private void unmapIfUnused() {
        if (views.isEmpty() && !access.scope().isAlive() && mapped.scope().isAlive()) {
            farewell.run();
            mapped.close();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Thread.onSpinWait();
        }
    }
}

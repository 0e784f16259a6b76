package io.zerobuffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The mapped segment of one reader or writer, and the views of it that users hold.
 *
 * <p>A view has a confined arena of its own, so that it dies with its frame or claim however far it was passed on. Its memory must outlive
 * it: the segment stays mapped until the last view is gone. Closing ends the views of the closing thread; those of another
 * thread end when that thread releases its frame.
 */
final class Mapping {
    private static final long RETRY_MILLIS = 1;

    private final Arena arena;
    private final List<View> views = new ArrayList<>();
    private boolean closing;

    Mapping(Arena arena) {
        this.arena = arena;
    }

    /** A part of the segment that becomes inaccessible at {@link #end}. */
    final class View {
        private final Arena scope = Arena.ofConfined();
        private final MemorySegment segment;

        private View(MemorySegment part) {
            this.segment = part.reinterpret(scope, null);
        }

        MemorySegment segment() {
            return segment;
        }

        /** @throws WrongThreadException if another thread made the view; it stays as it is */
        void end() {
            scope.close();
            forget(this);
        }
    }

    synchronized View view(MemorySegment part) {
        View view = new View(part);
        views.add(view);
        return view;
    }

    /** Ends this thread's views and unmaps the segment, at the latest when the last view of another thread ends. */
    synchronized void close() {
        views.removeIf(Mapping::ended);
        closing = true;
        unmapIfUnused();
    }

    private synchronized void forget(View view) {
        views.remove(view);
        unmapIfUnused();
    }

    private static boolean ended(View view) {
        try {
            view.scope.close();
            return true;
        } catch (WrongThreadException heldElsewhere) {
            return false;
        }
    }

    private void unmapIfUnused() {
        while (closing && views.isEmpty() && arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException inUse) {
                // A thread is inside a call on one of the semaphores; it was woken and leaves.
                pause();
            }
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

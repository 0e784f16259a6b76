package io.zerobuffer.cli;

import io.zerobuffer.BufferHealth;
import java.util.Locale;
import java.util.function.Supplier;

/** One line on standard error that tells how a run is doing, twice a second, when standard error is a terminal. */
final class LiveLine implements AutoCloseable {
    private static final long PERIOD_NANOS = 500_000_000;

    private final boolean shown = Terminal.showsErrors();
    private long shownAt = System.nanoTime();
    private long shownFrames;
    private long shownBytes;
    private boolean dirty;

    void update(long frames, long bytes, Supplier<BufferHealth> health) {
        if (!shown) {
            return;
        }
        long now = System.nanoTime();
        if (now - shownAt < PERIOD_NANOS) {
            return;
        }
        double seconds = (now - shownAt) / 1e9;
        show(String.format(Locale.ROOT, "%d frames  %.0f frames/s  %.1f MB/s  ring %.0f %% used",
                frames, (frames - shownFrames) / seconds, (bytes - shownBytes) / seconds / (1 << 20), 100 * health.get().utilisation()));
        shownAt = now;
        shownFrames = frames;
        shownBytes = bytes;
    }

    /** Replaces the line; for callers that keep time themselves. */
    void show(String text) {
        if (shown) {
            System.err.print("\r" + text + "\u001b[K");
            System.err.flush();
            dirty = true;
        }
    }

    @Override
    public void close() {
        if (dirty) {
            System.err.print("\r\u001b[K");
            System.err.flush();
        }
    }
}

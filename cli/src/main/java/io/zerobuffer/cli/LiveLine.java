package io.zerobuffer.cli;

import io.zerobuffer.BufferHealth;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One line on standard error that tells how a run is doing, twice a second, when standard error is a terminal. */
final class LiveLine implements AutoCloseable {
    private static final long PERIOD_NANOS = 500_000_000;

    private final String unit;
    private final boolean shown = Terminal.showsErrors();
    private long shownAt = System.nanoTime();
    private long shownFrames;
    private long shownBytes;
    private boolean dirty;

    /** Counts frames. */
    LiveLine() {
        this("frames");
    }

    LiveLine(String unit) {
        this.unit = unit;
    }

    /**
     * @param health of the ring, or null where there is none to tell of
     */
    void update(long frames, long bytes, @Nullable Supplier<BufferHealth> health) {
        if (!shown) {
            return;
        }
        long now = System.nanoTime();
        if (now - shownAt < PERIOD_NANOS) {
            return;
        }
        double seconds = (now - shownAt) / 1e9;
        String rates = String.format(
                Locale.ROOT,
                "%d %s  %.0f %s/s  %.1f MB/s",
                frames,
                unit,
                (frames - shownFrames) / seconds,
                unit,
                (bytes - shownBytes) / seconds / (1 << 20));
        show(
                health == null
                        ? rates
                        : rates
                                + String.format(
                                        Locale.ROOT,
                                        "  ring %.0f %% used",
                                        100 * health.get().utilisation()));
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

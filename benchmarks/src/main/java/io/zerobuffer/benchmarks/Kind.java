package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.ChannelSettings.Waiting;

/** What is measured. */
public enum Kind {
    ROUND_TRIP(
            "round-trip",
            "µs",
            1e3,
            true,
            Waiting.SPIN,
            "there and back, every byte written, every line read, the far side copies the frame once"),
    STREAM(
            "stream",
            "frames/s",
            1,
            false,
            Waiting.SPIN,
            "one way, as fast as it goes, every byte written, every line read"),
    FIXED_RATE(
            "fixed-rate",
            "µs",
            1e3,
            true,
            Waiting.IDLE,
            "through a relay process and back at a fixed rate, from the instant the frame was due"),
    WAKE_UP("wake-up", "µs", 1e3, true, Waiting.IDLE, "from the send to the receiver, which has waited for 10 ms"),
    IDLE("idle", "% of a CPU", 1, true, Waiting.IDLE, "processor time of a receiver to which nothing is sent"),
    CHECK(
            "check",
            "frames",
            1,
            false,
            Waiting.SPIN,
            "every byte of a few frames compared after their way there and back");

    private final String label;
    private final String unit;
    private final double nanosPerUnit;
    private final boolean lowerIsBetter;
    private final Waiting waiting;
    private final String description;

    Kind(String label, String unit, double nanosPerUnit, boolean lowerIsBetter, Waiting waiting, String description) {
        this.label = label;
        this.unit = unit;
        this.nanosPerUnit = nanosPerUnit;
        this.lowerIsBetter = lowerIsBetter;
        this.waiting = waiting;
        this.description = description;
    }

    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    public boolean lowerIsBetter() {
        return lowerIsBetter;
    }

    public Waiting waiting() {
        return waiting;
    }

    public String description() {
        return description;
    }

    /** Whether frames come back. */
    public boolean replies() {
        return this == ROUND_TRIP || this == FIXED_RATE || this == CHECK;
    }

    /** Whether times are measured frame by frame. */
    public boolean hasLatency() {
        return nanosPerUnit > 1;
    }

    public double fromNanos(double nanos) {
        return nanos / nanosPerUnit;
    }

    public static Kind of(String label) {
        for (Kind kind : values()) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such kind: " + label);
    }
}

package io.zerobuffer.benchmarks;

/** Figures for people. */
final class Text {
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};

    private Text() {
    }

    /** A size in the largest unit that leaves no fraction, as {@code 64 KB} or {@code 3,110,416 B}. */
    static String size(long bytes) {
        int unit = 0;
        long count = bytes;
        while (count % 1024 == 0 && count > 0 && unit < UNITS.length - 1) {
            count /= 1024;
            unit++;
        }
        return String.format("%,d %s", count, UNITS[unit]);
    }

    /** Three digits, and thousands as k, M or G. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (value >= 1e9) {
            return digits(value / 1e9) + " G";
        }
        if (value >= 1e6) {
            return digits(value / 1e6) + " M";
        }
        return value >= 1e4 ? digits(value / 1e3) + " k" : digits(value);
    }

    private static String digits(double value) {
        if (value >= 100 || value == 0) {
            return String.format("%.0f", value);
        }
        return String.format(value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : value >= 0.001 ? "%.3f" : "%.1e", value);
    }
}

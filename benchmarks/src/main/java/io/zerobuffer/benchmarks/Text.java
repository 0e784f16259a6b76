package io.zerobuffer.benchmarks;

/** Figures for people. */
final class Text {
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};

    private Text() {}

    /** A power of two in its unit, as {@code 64 KB}, anything else in bytes, as {@code 3,110,416 B}. */
    static String size(long bytes) {
        int unit = Long.bitCount(bytes) == 1 ? Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.length - 1) : 0;
        return String.format("%,d %s", bytes >> 10 * unit, UNITS[unit]);
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

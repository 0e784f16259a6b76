package io.zerobuffer.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Markdown table that is also readable as it is: the first column to the left, the others to the right. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();

    TextTable(String... headings) {
        rows.add(headings);
    }

    void add(String... row) {
        if (row.length != rows.getFirst().length) {
            throw new IllegalArgumentException("cells=" + row.length + " columns=" + rows.getFirst().length);
        }
        rows.add(row);
    }

    List<String> lines() {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            Arrays.setAll(widths, i -> Math.max(widths[i], row[i].length()));
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            lines.add(line(row, widths));
            if (lines.size() == 1) {
                lines.add(rule(widths));
            }
        }
        return lines;
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < row.length; i++) {
            String padding = " ".repeat(widths[i] - row[i].length());
            line.append(' ')
                    .append(i == 0 ? row[i] + padding : padding + row[i])
                    .append(" |");
        }
        return line.toString();
    }

    private static String rule(int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            line.append(i == 0 ? ":" : "-").append("-".repeat(widths[i])).append(i == 0 ? "-|" : ":|");
        }
        return line.toString();
    }
}

package io.zerobuffer.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A line chart as SVG: the cells of a group from left to right, a line per peer, the figures on a logarithmic scale.
 */
final class Plot {
    private static final int WIDTH = 980;
    private static final int HEIGHT = 520;
    private static final int LEFT = 80;
    private static final int RIGHT = 760;
    private static final int TOP = 50;
    private static final int BOTTOM = 470;
    /** Told apart also by those who do not see all colours: ours are thick, the others differ in dashes, too. */
    private static final String[] COLOURS = {
        "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000", "#999999"
    };

    private static final String[] DASHES = {"none", "7 3", "2 3"};

    private final StringBuilder svg = new StringBuilder();
    private final List<Cell> cells;
    private final int lowestDecade;
    private final int highestDecade;

    private Plot(List<Cell> cells, Spread figures) {
        this.cells = cells;
        lowestDecade = (int) Math.floor(Math.log10(figures.least()));
        highestDecade = Math.max(lowestDecade + 1, (int) Math.ceil(Math.log10(figures.greatest())));
    }

    static String of(String title, List<Cell> cells) {
        Set<Peer> peers = new LinkedHashSet<>();
        List<Double> figures = new ArrayList<>();
        for (Cell cell : cells) {
            for (Peer peer : cell.peers()) {
                double figure = cell.measured(peer) ? cell.value(peer).median() : 0;
                if (figure > 0) {
                    peers.add(peer);
                    figures.add(figure);
                }
            }
        }
        Plot plot = new Plot(cells, Spread.of(figures.isEmpty() ? List.of(1.0) : figures));
        plot.frame(title + ", " + cells.getFirst().job().kind().unit());
        int index = 0;
        for (Peer peer : peers) {
            plot.line(peer, index++);
        }
        return plot.svg.append("</svg>\n").toString();
    }

    private void frame(String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, HEIGHT);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        add("<text x=\"%d\" y=\"25\" font-size=\"16\">%s</text>", LEFT, escape(title));
        for (int decade = lowestDecade; decade <= highestDecade; decade++) {
            double y = y(Math.pow(10, decade));
            add("<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>", LEFT, RIGHT, y, y);
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    LEFT - 8, y + 4, Text.number(Math.pow(10, decade)));
        }
        for (int i = 0; i < cells.size(); i++) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\">%s</text>",
                    x(i), BOTTOM + 20, escape(cells.get(i).label()));
        }
    }

    private void line(Peer peer, int index) {
        String style = String.format(
                "stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\" fill=\"none\"",
                COLOURS[index % COLOURS.length],
                peer.isOurs() ? "3" : "1.5",
                DASHES[index / COLOURS.length % DASHES.length]);
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).measured(peer) && cells.get(i).value(peer).median() > 0) {
                double y = y(cells.get(i).value(peer).median());
                points.append(String.format("%.1f,%.1f ", x(i), y));
                add(
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\"/>",
                        x(i), y, COLOURS[index % COLOURS.length]);
            }
        }
        add("<polyline points=\"%s\"\n%s/>", points.toString().strip(), style);
        int legend = TOP + 20 * index;
        add("<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" %s/>", RIGHT + 20, RIGHT + 50, legend, legend, style);
        add("<text x=\"%d\" y=\"%d\">%s</text>", RIGHT + 56, legend + 4, escape(peer.label()));
    }

    private double x(int index) {
        return LEFT + (RIGHT - LEFT) * (index + 0.5) / cells.size();
    }

    private double y(double figure) {
        return BOTTOM - (BOTTOM - TOP) * (Math.log10(figure) - lowestDecade) / (highestDecade - lowestDecade);
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(format, arguments)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}

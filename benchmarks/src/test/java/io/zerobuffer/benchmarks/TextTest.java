package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class TextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        64         | 64 B
        1024       | 1 KB
        3110416    | 3,110,416 B
        6220800    | 6,220,800 B
        1048576    | 1 MB
        4294967296 | 4 GB
        """)
    void shouldTellPowersOfTwoInTheirUnitAndOtherSizesInBytes(long bytes, String text) {
        assertEquals(text, Text.size(bytes));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0        | 0
        0.1894   | 0.189
        1.5      | 1.50
        26.04    | 26.0
        413      | 413
        1040.3   | 1040
        23600    | 23.6 k
        38000000 | 38.0 M
        NaN      | –
        """)
    void shouldTellNumbersWithThreeDigits(double value, String text) {
        assertEquals(text, Text.number(value));
    }

    @Test
    void shouldAlignTablesAndStayMarkdown() {
        TextTable table = new TextTable("peer", "p50");
        table.add("aeron", "0.19");

        assertEquals(List.of("| peer  |  p50 |", "|:------|-----:|", "| aeron | 0.19 |"), table.lines());
        assertThrows(IllegalArgumentException.class, () -> table.add("too few"));
    }

    @Test
    void shouldKeepAJobOnItsWayToAnotherProcess() {
        Job job = Job.of(Kind.FIXED_RATE, 3_110_416, 60, 100, 2000)
                .withRing(4L << 30)
                .withHeld(7)
                .withChannels(200);

        assertEquals(job, Job.parse(job.toWords()));
    }

    @Test
    void shouldKeepAnOutcomeOnItsWayBack() {
        Outcome outcome = new Outcome().of(Outcome.FRAMES, 12).of(Outcome.P50, 190);

        assertEquals(outcome.figures(), Outcome.parse(outcome.toWords()).figures());
        assertThrows(IllegalArgumentException.class, () -> outcome.get(Outcome.CPU));
    }

    @Test
    void shouldReadListsOfProcessors() {
        assertEquals(List.of(0, 1, 2, 8), Pinning.parse("0-2,8"));
    }

    @Test
    void shouldCountAllButIdleTimeAsBusy() {
        assertEquals(1.73, OtherWork.busySeconds(List.of("cpu  100 20 30 9999 9999 3 4 16 7 7", "cpu0 1")), 1e-9);
    }

    @Test
    void shouldDrawPlotsThatAreXml() throws Exception {
        Cell cell = new Cell("round-trip", "64 B", Job.of(Kind.ROUND_TRIP, 64, 0, 0, 1), List.of(Peer.AERON));
        cell.add(Peer.AERON, new Measurement(cell.job(), new Outcome().of(Outcome.P50, 190), new Outcome()));

        String plot = Plot.of("there & back", List.of(cell));

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot)));
        assertEquals(1, document.getElementsByTagName("polyline").getLength());
    }
}

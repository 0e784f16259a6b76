package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Names are bytes of UTF-8: anything but a slash, 1 to 245 of them. */
final class NameTest extends Scenario {
    private static final int MOST_BYTES = 245;

    @ForPairs
    void shouldTakeNamesOfEveryScript(Pair pair) {
        shouldCarryAFrameThrough(newName() + "-Zürich-カメラ-📷%41+=.", pair);
    }

    @ForPairs
    void shouldTakeANameThatBeginsWithADot(Pair pair) {
        shouldCarryAFrameThrough(".." + newName(), pair);
    }

    @ForPairs
    void shouldTakeTheLongestName(Pair pair) {
        shouldCarryAFrameThrough(paddedTo(MOST_BYTES), pair);
    }

    @ForPairs
    void shouldRefuseIllegalNames(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String tooLongInBytes = "é".repeat(MOST_BYTES / 2 + 1);
        assertEquals(MOST_BYTES + 1, tooLongInBytes.getBytes(StandardCharsets.UTF_8).length);
        for (String name : List.of("", ".", "..", "/", "/a", "a/b", paddedTo(MOST_BYTES + 1), tooLongInBytes)) {
            reader.refused("name", "create " + name + " 0 4096");
            writer.refused("name", "connect " + name + " 0");
        }
    }

    private void shouldCarryAFrameThrough(String name, Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        reader.create(name, 64, 4096);
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
        writer.ok("close-writer");
        reader.ok("close-reader");
    }

    private String paddedTo(int bytes) {
        String name = newName();
        return name + "x".repeat(bytes - name.length());
    }
}

package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** What a writer says about its frames before the first one. */
final class MetadataTest extends Scenario {
    private static final String CONTENT = "7b22776964746822203a2031393230007d";

    @ForPairs
    void shouldHandOverMetadata(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096, 4096);

        writer.begin("write-metadata " + CONTENT).ok("");
        writer.write(100, 1);

        reader.begin("metadata").ok(CONTENT);
        reader.takes(100, 1);
        reader.begin("metadata").ok(CONTENT);
    }

    @ForPairs
    void shouldHandOverMetadataWrittenInPlace(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 4096, 4096);

        writer.begin("write-metadata-in-place " + CONTENT).ok("");

        reader.begin("metadata").ok(CONTENT);
    }

    @ForPairs
    void shouldTellNoMetadataFromMetadataOfNoBytes(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 64, 4096);

        reader.begin("metadata").ok("none");
        writer.begin("write-metadata -").ok("");

        reader.begin("metadata").ok("-");
        writer.refused("metadata-exists", "write-metadata 00");
    }

    @ForPairs
    void shouldTakeMetadataThatFillsItsBlockAndNoMore(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 64, 4096);
        String filling = "a5".repeat(64 - Long.BYTES);

        writer.refused("metadata-too-large", "write-metadata " + filling + "00");
        writer.refused("metadata-too-large", "write-metadata-in-place " + filling + "00");
        reader.begin("metadata").ok("none");

        writer.ok("write-metadata " + filling);
        reader.begin("metadata").ok(filling);
    }

    @ForPairs
    void shouldRefuseMetadataTheSecondTime(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = connect(reader, writer, 4096, 4096);
        writer.ok("write-metadata " + CONTENT);

        writer.refused("metadata-exists", "write-metadata 0102");
        writer.refused("metadata-exists", "write-metadata-in-place 0102");
        writer.ok("close-writer");
        writer.connect(name);
        writer.refused("metadata-exists", "write-metadata 0102");

        reader.begin("metadata").ok(CONTENT);
    }

    @ForPairs
    void shouldGoWithoutAMetadataBlock(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        connect(reader, writer, 0, 4096);

        writer.refused("metadata-too-large", "write-metadata 00");
        writer.write(100, 1);

        reader.begin("metadata").ok("none");
        reader.takes(100, 1);
    }

    @ForPairs
    void shouldAlignSizesUpwards(Pair pair) {
        Peer reader = readerOf(pair);
        Peer writer = writerOf(pair);
        String name = newName();

        assertEquals(List.of("128", "192"), reader.ok("create " + name + " 65 129"));
        assertEquals(List.of("128", "192"), writer.ok("connect " + name + " 0"));
    }
}

package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes of which the sum with a header, or with what is staged, is no number any more. */
final class HugeSizeTest {
    private static final int RING = 4096;

    private static final Map<String, ObjLongConsumer<Writer>> ENTRIES = Map.of(
            "claim",
            Writer::claim,
            "tryClaim",
            Writer::tryClaim,
            "write",
            (writer, size) -> writer.write(size, claim -> {}),
            "queue",
            (writer, size) -> {
                try (ClaimQueue queue = writer.claims()) {
                    queue.claim(size);
                }
            },
            "queue, try",
            (writer, size) -> {
                try (ClaimQueue queue = writer.claims()) {
                    queue.tryClaim(size);
                }
            });

    private static final Map<String, ObjLongConsumer<Batch>> BATCH_ENTRIES = Map.of(
            "claim",
            Batch::claim,
            "tryClaim",
            Batch::tryClaim,
            "write",
            (batch, size) -> batch.write(size, claim -> {}));

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    static Stream<Long> sizes() {
        return Stream.concat(
                Stream.of(0, 8, 15, 16, 17, 100, 132, 133).map(less -> Long.MAX_VALUE - less),
                Stream.of(Long.MAX_VALUE / 2, 1L << 32, RING - 15L));
    }

    static Stream<Arguments> entriesAndSizes() {
        return pairs(ENTRIES.keySet());
    }

    static Stream<Arguments> batchEntriesAndSizes() {
        return pairs(BATCH_ENTRIES.keySet());
    }

    private static Stream<Arguments> pairs(Set<String> entries) {
        return entries.stream().sorted().flatMap(entry -> sizes().map(size -> Arguments.of(entry, size)));
    }

    @ParameterizedTest
    @MethodSource("entriesAndSizes")
    void shouldRefuseAFrameOfThatSizeAndLeaveTheRingAsItWas(String entry, long size) {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[100]);
            FrameTooLargeException refused = assertThrows(
                    FrameTooLargeException.class, () -> ENTRIES.get(entry).accept(writer, size));
            assertEquals(size, refused.frameSize());
            assertEquals(RING - 116, reader.health().freeBytes());
            assertEquals(2, writer.write(new byte[RING / 4]));
            assertEquals(List.of(100L, RING / 4L), sizesOf(reader, 2));
            assertEquals(RING, reader.health().freeBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("batchEntriesAndSizes")
    void shouldRefuseAFrameOfThatSizeInABatchAndKeepWhatIsInIt(String entry, long size) {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(RING).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            try (Batch batch = writer.batch()) {
                batch.write(new byte[100]);
                assertThrows(
                        FrameTooLargeException.class,
                        () -> BATCH_ENTRIES.get(entry).accept(batch, size));
                assertEquals(RING, reader.health().freeBytes());
                assertEquals(2, batch.write(new byte[200]));
            }
            assertEquals(List.of(100L, 200L), sizesOf(reader, 2));
            assertEquals(RING, reader.health().freeBytes());
        }
    }

    private static List<Long> sizesOf(Reader reader, int frames) {
        Long[] sizes = new Long[frames];
        for (int i = 0; i < frames; i++) {
            try (Frame frame = reader.poll()) {
                sizes[i] = frame.size();
            }
        }
        return Arrays.asList(sizes);
    }
}

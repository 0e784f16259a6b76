package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared memory holds what it must not: this library says which error it is, and neither crashes nor hangs. */
@Tag("long")
final class CorruptionTest extends Scenario {
    private static final int RING = 4096;
    private static final int PAYLOAD = Segment.END_OF_HEADER + 64;

    /** A value of a field of the header block, and the error it is. */
    record Corruption(String field, int offset, int bytes, long value, String code) {
        void applyTo(Segment segment) {
            if (bytes == Integer.BYTES) {
                segment.putInt(offset, (int) value);
            } else {
                segment.putLong(offset, value);
            }
        }

        @Override
        public String toString() {
            return field + " = " + value;
        }
    }

    static Stream<Corruption> corruptionsThatAWriterMeets() {
        List<Corruption> all = new ArrayList<>(List.of(
                new Corruption("oieb_size", Segment.OIEB_SIZE, Integer.BYTES, 64, "corrupt"),
                new Corruption("oieb_size", Segment.OIEB_SIZE, Integer.BYTES, -1, "corrupt"),
                new Corruption("version", Segment.VERSION, Integer.BYTES, 0x00000002, "version"),
                new Corruption("version", Segment.VERSION, Integer.BYTES, 0x00000100, "version")));
        for (long size : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
            all.add(new Corruption("metadata_size", Segment.METADATA_SIZE, Long.BYTES, size, "corrupt"));
            all.add(new Corruption("payload_size", Segment.PAYLOAD_SIZE, Long.BYTES, size, "corrupt"));
        }
        all.add(new Corruption("payload_size", Segment.PAYLOAD_SIZE, Long.BYTES, 0, "corrupt"));
        for (long position : new long[] {-1, Long.MIN_VALUE, RING + 1}) {
            all.add(new Corruption("payload_free_bytes", Segment.FREE, Long.BYTES, position, "corrupt"));
            all.add(new Corruption("payload_write_pos", Segment.WRITE_POS, Long.BYTES, position, "corrupt"));
            all.add(new Corruption("payload_read_pos", Segment.READ_POS, Long.BYTES, position, "corrupt"));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("corruptionsThatAWriterMeets")
    void shouldRefuseToConnectToACorruptBuffer(Corruption corruption) {
        Peer reader = peer(PeerKind.C);
        Peer writer = peer(PeerKind.JAVA);
        String name = newName();
        reader.create(name, 64, RING);
        Segment segment = Segment.of(name);
        byte[] intact = segment.get(0, Segment.END_OF_HEADER);
        corruption.applyTo(segment);

        String text = writer.refused(corruption.code(), "connect " + name + " 0");

        if (corruption.code().equals("corrupt")) {
            assertTrue(text.contains(corruption.field()), text);
        }
        assertEquals(0, segment.getLong(Segment.WRITER_PID), "writer_pid");
        segment.put(0, intact);
        writer.connect(name);
        writer.write(100, 1);
        reader.takes(100, 1);
    }

    @Test
    void shouldConnectToABufferOfAnotherMinorVersion() {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA_THREAD);
        String name = newName();
        reader.create(name, 0, RING);
        Segment.of(name).putInt(Segment.VERSION, 0x00070901);

        writer.connect(name);

        writer.write(100, 1);
        reader.takes(100, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, RING + 1})
    void shouldRefuseToWriteWhenTheFreeBytesAreImpossible(long free) {
        Peer reader = peer(PeerKind.C);
        Peer writer = peer(PeerKind.JAVA);
        Segment segment = Segment.of(connect(reader, writer, 64, RING));
        writer.write(RING - 16, 1);
        segment.putLong(Segment.FREE, free);

        writer.refused("corrupt", "write 100 2 1000");

        segment.putLong(Segment.FREE, 0);
        reader.takes(RING - 16, 1);
        writer.write(100, 2);
        reader.takes(100, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, RING + 1})
    void shouldRefuseToReadAtAnImpossiblePosition(long position) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.C);
        Segment segment = Segment.of(connect(reader, writer, 64, RING));
        writer.write(100, 1);
        segment.putLong(Segment.READ_POS, position);

        reader.refused("corrupt", "read 1000");

        segment.putLong(Segment.READ_POS, 0);
        reader.takes(100, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, RING - 15, 500})
    void shouldRefuseAFrameOfAnImpossibleSize(long size) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.C);
        Segment segment = Segment.of(connect(reader, writer, 64, RING));
        writer.write(100, 1);
        segment.putLong(PAYLOAD, size);

        reader.refused("corrupt", "read 1000");

        segment.putLong(PAYLOAD, 100);
        reader.takes(100, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3, -1, Long.MIN_VALUE})
    void shouldRefuseAFrameThatDoesNotFollow(long sequence) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.C);
        Segment segment = Segment.of(connect(reader, writer, 64, RING));
        writer.write(100, 1);
        writer.write(100, 2);
        reader.takes(100, 1);
        segment.putLong(PAYLOAD + 116 + Long.BYTES, sequence);

        reader.refused("sequence", "read 1000");

        segment.putLong(PAYLOAD + 116 + Long.BYTES, 2);
        reader.takes(100, 2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 65, -1, Long.MIN_VALUE})
    void shouldRefuseMetadataOfAnImpossibleSize(long written) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.C);
        Segment segment = Segment.of(connect(reader, writer, 64, RING));
        writer.ok("write-metadata 010203");

        segment.putLong(Segment.METADATA_WRITTEN, written);
        reader.refused("corrupt", "metadata");

        segment.putLong(Segment.METADATA_WRITTEN, 11);
        segment.putLong(Segment.END_OF_HEADER, written);
        if (written != 1) {
            reader.refused("corrupt", "metadata");
        }
        segment.putLong(Segment.END_OF_HEADER, 3);
        reader.begin("metadata").ok("010203");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 17, -1, RING, RING + 1, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE})
    void shouldSurviveAnyValueInTheHeader(long value) {
        Set<String> sensible = Set.of(
                "corrupt",
                "sequence",
                "version",
                "full",
                "timeout",
                "reader-dead",
                "writer-dead",
                "writer-exists",
                "too-large",
                "metadata-exists",
                "metadata-too-large",
                "not-found",
                "closed");
        for (int offset = 0; offset < Segment.END_OF_HEADER; offset += Long.BYTES) {
            Peer reader = peer(PeerKind.JAVA);
            Peer writer = peer(PeerKind.JAVA_THREAD);
            String name = connect(reader, writer, 64, RING);
            writer.write(RING - 300, 1);
            writer.write(100, 2);
            Segment.of(name).putLong(offset, value);

            for (Pending answered : List.of(
                    reader.begin("read 10"),
                    writer.begin("write 200 3 10"),
                    writer.begin("write-metadata 0102"),
                    reader.begin("metadata"),
                    reader.begin("read 10"),
                    reader.begin("read 10"),
                    writer.begin("write 300 4 10"),
                    reader.begin("read 10"),
                    writer.begin("close-writer"),
                    writer.begin("connect " + name + " 10"),
                    reader.begin("close-reader"))) {
                List<String> words = answered.words();
                assertTrue(
                        words.getFirst().equals("ok") || sensible.contains(words.get(1)),
                        "offset " + offset + ", " + answered + ": " + words);
            }
            writer.begin("close-writer").words();
        }
    }

    /**
     * Access to memory that is gone is a signal in C; a Java program must get an exception. Compiled code, which the
     * warm-up is for, gets it later than interpreted code.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 20_000})
    void shouldSurviveASegmentThatIsCutShort(int framesBefore) {
        Peer reader = peer(PeerKind.JAVA);
        Peer writer = peer(PeerKind.JAVA);
        String name = connect(reader, writer, 64, 1 << 20);
        stream(reader, Run.of(framesBefore, 1, 500), writer, Run.of(framesBefore, 1, 500));
        writer.write(100_000, 1);
        Taken held = reader.take();
        Segment.of(name).truncate(0);

        for (int i = 0; i < 3; i++) {
            writer.refused("corrupt", "write 1000 1 100");
            writer.refused("corrupt", "claim 1000 100");
            reader.refused("corrupt", "read 100");
            reader.refused("corrupt", "metadata");
            reader.refused("corrupt", "crc " + held.handle());
        }
        reader.begin("release " + held.handle()).words();
        writer.ok("close-writer");
        reader.ok("close-reader");
    }
}

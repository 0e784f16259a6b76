package io.zerobuffer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The whole file of a buffer, byte for byte, against the protocol page. The expected bytes are built here by hand: each
 * store is one the page demands, at the offset and with the number it demands. What other implementations see is
 * exactly this.
 */
@EnabledOnOs(OS.LINUX)
final class GoldenBytesTest {
    private static final long OWN_PID = ProcessHandle.current().pid();
    private static final int METADATA = 128;
    /** 128 for the header block, 64 for the metadata block. */
    private static final int RING = 192;

    private final String name = TestBuffers.uniqueName();

    /** 192, 256 bytes for the ring, and 64 that stay zero; a new segment is zero. */
    private static final int LENGTH = 512;

    private final ByteBuffer expected = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldLeaveExactlyTheBytesOfTheProtocol() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(256).withMetadataSize(64))) {
            expected.putInt(0x00, 128); // oieb_size
            expected.put(0x04, (byte) 1); // version 1.0.0, reserved 0
            expected.putLong(0x08, 64); // metadata_size
            expected.putLong(0x10, 64); // metadata_free_bytes
            expected.putLong(0x20, 256); // payload_size
            expected.putLong(0x28, 256); // payload_free_bytes
            expected.putLong(0x58, OWN_PID); // reader_pid
            expected.putLong(0x68, OWN_PID); // ranged_reader
            assertBytes("created");

            Writer writer = Writer.connect(name);
            expected.putLong(0x50, OWN_PID); // writer_pid
            connection(1, false);
            assertBytes("connected");

            writer.writeMetadata("1080p".getBytes(US_ASCII));
            expected.putLong(METADATA, 5); // size of the content
            expected.put(METADATA + 8, "1080p".getBytes(US_ASCII));
            expected.putLong(0x10, 64 - 13); // metadata_free_bytes
            expected.putLong(0x18, 13); // metadata_written_bytes: prefix and content
            assertBytes("metadata written");

            write(writer, 1, 84);
            frame(0, 84, 1); // 0 to 100
            header(256 - 100, 100, 0, 1, 0);
            assertBytes("frame 1 written");

            write(writer, 2, 140);
            frame(100, 140, 2); // 100 to 256: ends with the ring, so no marker follows
            header(0, 256, 0, 2, 0);
            assertBytes("frame 2 fills the ring");

            Frame first = take(reader, 1, 84);
            header(0, 256, 100, 2, 1); // read_pos moves at once, the space stays taken
            assertBytes("frame 1 taken");

            Frame second = take(reader, 2, 140);
            header(0, 256, 256, 2, 2); // at the end: read_pos = payload_size
            assertBytes("frame 2 taken");

            second.release();
            assertBytes("frame 2 released while the older frame 1 is held: nothing changes");

            first.release();
            header(256, 256, 256, 2, 2); // both at once
            assertBytes("frame 1 released");

            write(writer, 3, 64);
            frame(0, 64, 3); // 0 to 80, over the start of frame 1
            header(256 - 80, 80, 256, 3, 2); // nothing was left at the end: no marker, nothing wasted
            assertBytes("frame 3 written at the start");

            write(writer, 4, 104);
            frame(80, 104, 4); // 80 to 200
            header(256 - 200, 200, 256, 4, 2);
            assertBytes("frame 4 written");

            take(reader, 3, 64).release();
            header(256 - 120, 200, 80, 4, 3);
            assertBytes("frame 3 taken and released");

            write(writer, 5, 48);
            marker(200); // 56 bytes are left at the end, 64 are needed
            frame(0, 48, 5); // 0 to 64
            header(256 - 120 - 56 - 64, 64, 80, 6, 3); // the marker counts, and its 56 bytes are taken
            assertBytes("frame 5 written behind a marker; the bytes of frame 2 behind the marker are still there");

            Frame fourth = take(reader, 4, 104);
            header(16, 64, 200, 6, 4);
            assertBytes("frame 4 taken");

            Frame fifth = take(reader, 5, 48);
            header(16, 64, 64, 6, 6); // marker and frame
            assertBytes("frame 5 taken");

            fourth.release();
            header(16 + 120, 64, 64, 6, 6); // frame 4 only: the waste belongs to frame 5
            assertBytes("frame 4 released");

            fifth.release();
            header(256, 64, 64, 6, 6);
            assertBytes("frame 5 released");

            try (Claim claim = writer.claim(100)) {
                claim.putByte(0, (byte) 0x77);
            }
            expected.put(RING + 64 + 16, (byte) 0x77);
            assertBytes("a claim aborted: what was put into free space is there, and nothing else changed");

            write(writer, 6, 224);
            frame(0, 224, 6); // 0 to 240; it fits neither behind 64 nor behind a wrap
            header(16, 240, 0, 7, 6); // rewound: read_pos = 0, no marker, nothing wasted
            assertBytes("frame 6 written after a rewind");

            take(reader, 6, 224).release();
            header(256, 240, 240, 7, 7);
            assertBytes("frame 6 taken and released");

            write(writer, 7, 10);
            marker(240); // exactly the size of a marker is left
            frame(0, 10, 7); // 0 to 26
            header(256 - 16 - 26, 26, 240, 9, 7);
            assertBytes("frame 7 written behind a marker that ends with the ring");

            take(reader, 7, 10).release();
            header(256, 26, 26, 9, 9);
            assertBytes("frame 7 taken and released");

            write(writer, 8, 205);
            // 0 to 221; behind 26 it would leave 9 bytes, too few for a marker: rewound
            frame(0, 205, 8);
            header(256 - 221, 221, 0, 10, 9);
            assertBytes("frame 8 written after a rewind that avoids a short tail");

            writer.close();
            expected.putLong(0x50, 0); // writer_pid
            connection(1, true);
            assertBytes("writer closed");

            Writer next = Writer.connect(name);
            expected.putLong(0x50, OWN_PID);
            connection(2, false);
            write(next, 9, 3);
            frame(221, 3, 9); // 221 to 240: sequence and position go on
            header(16, 240, 0, 11, 9);
            assertBytes("frame 9 written by the next writer");
            next.close();
        }
    }

    private static void write(Writer writer, int sequence, int size) {
        assertEquals(sequence, writer.write(content(sequence, size)));
    }

    private static Frame take(Reader reader, int sequence, int size) {
        Frame frame = reader.read(Duration.ofMinutes(1));
        assertNotNull(frame);
        assertEquals(sequence, frame.sequence());
        assertEquals(size, frame.size());
        // A wait would store payload_read_count; this does, too.
        assertEquals(sequence, reader.framesRead());
        reader.health();
        return frame;
    }

    private void header(long free, long writePosition, long readPosition, long writtenCount, long readCount) {
        expected.putLong(0x28, free);
        expected.putLong(0x30, writePosition);
        expected.putLong(0x38, readPosition);
        expected.putLong(0x40, writtenCount);
        expected.putLong(0x48, readCount);
    }

    private void connection(long number, boolean closed) {
        expected.putLong(0x70, number << 32 | (closed ? 1L << 31 : 0) | OWN_PID);
    }

    private void frame(int position, int size, int sequence) {
        expected.putLong(RING + position, size);
        expected.putLong(RING + position + 8, sequence);
        expected.put(RING + position + 16, content(sequence, size));
    }

    private void marker(int position) {
        expected.put(RING + position, new byte[16]);
    }

    private static byte[] content(int sequence, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) (0x10 * sequence + size % 16));
        return bytes;
    }

    private void assertBytes(String step) throws IOException {
        byte[] actual = Files.readAllBytes(TestBuffers.segmentFile(name));
        assertEquals(LENGTH, actual.length, step);
        assertEquals(rows(expected.array()), rows(actual), step);
    }

    /** Rows of text: a failure then shows where, not only that. */
    private static String rows(byte[] bytes) {
        HexFormat hex = HexFormat.of();
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < bytes.length; row += 16) {
            rows.append(hex.toHexDigits((short) row))
                    .append("  ")
                    .append(hex.formatHex(bytes, row, row + 16))
                    .append('\n');
        }
        return rows.toString();
    }
}

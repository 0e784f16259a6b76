package io.zerobuffer.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes a picture as PNG; a page of code instead of the java.desktop module, which small Java runtimes lack. */
final class PngFile {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CHANNELS = 3;
    private static final byte BITS_PER_CHANNEL = 8;
    private static final byte COLOUR_RGB = 2;
    private static final byte FILTER_SUB = 1;

    private PngFile() {}

    /**
     * @param pixels blue, green, red for each pixel, row after row
     */
    static void write(Path file, int width, int height, MemorySegment pixels) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.write(SIGNATURE);
            chunk(out, "IHDR", header(width, height));
            chunk(out, "IDAT", compressedRows(width, height, pixels));
            chunk(out, "IEND", new byte[0]);
        }
    }

    private static byte[] header(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(width);
        out.writeInt(height);
        out.write(new byte[] {BITS_PER_CHANNEL, COLOUR_RGB, 0, 0, 0});
        return bytes.toByteArray();
    }

    private static byte[] compressedRows(int width, int height, MemorySegment pixels) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            byte[] row = new byte[width * CHANNELS];
            byte[] filtered = new byte[1 + row.length];
            filtered[0] = FILTER_SUB;
            for (int y = 0; y < height; y++) {
                MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE, (long) y * row.length, row, 0, row.length);
                filter(row, filtered);
                out.write(filtered);
            }
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** To red, green, blue, each less that of the pixel before: what a gradient compresses best as. */
    private static void filter(byte[] row, byte[] filtered) {
        for (int i = 0; i < row.length; i++) {
            int from = i - i % CHANNELS + (CHANNELS - 1 - i % CHANNELS);
            filtered[1 + i] = (byte) (row[from] - (from < CHANNELS ? 0 : row[from - CHANNELS]));
        }
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }
}

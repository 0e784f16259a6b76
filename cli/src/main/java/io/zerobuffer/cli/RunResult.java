package io.zerobuffer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What a run did, counted while it runs and printed when it ends, as text or with the JSON keys of the other implementations. */
final class RunResult {
    private static final int MOST_CHECKSUMS = 100;
    private static final int MOST_ERRORS = 20;
    private static final double MEGABYTE = 1 << 20;

    private final Operation operation;
    private final String bufferName;
    private final String outputBufferName;
    private final List<Checksum> checksums = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long frameSize;
    private long frames;
    private long bytes;
    private long metadataSize;
    private long verificationErrors;
    private long startNanos;
    private long endNanos;

    RunResult(Operation operation, String bufferName) {
        this(operation, bufferName, null);
    }

    RunResult(Operation operation, String bufferName, String outputBufferName) {
        this.operation = operation;
        this.bufferName = bufferName;
        this.outputBufferName = outputBufferName;
    }

    void startClock() {
        startNanos = System.nanoTime();
        endNanos = startNanos;
    }

    void stopClock() {
        if (startNanos != 0) {
            endNanos = System.nanoTime();
        }
    }

    void countFrame(long size) {
        frames++;
        bytes += size;
        frameSize = Math.max(frameSize, size);
    }

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    void metadataSize(long size) {
        metadataSize = size;
    }

    boolean wantsChecksum() {
        return checksums.size() < MOST_CHECKSUMS;
    }

    void checksum(int crc32c) {
        checksums.add(new Checksum(frames, HexFormat.of().toHexDigits(crc32c)));
    }

    void verificationError(String description) {
        verificationErrors++;
        error(description);
    }

    long verificationErrors() {
        return verificationErrors;
    }

    /** Only the first errors are kept: a run may have as many as it has frames. */
    void error(String description) {
        if (errors.size() < MOST_ERRORS) {
            errors.add(description);
        } else if (errors.size() == MOST_ERRORS) {
            errors.add("further errors are only counted");
        }
    }

    void print(PrintStream out, boolean json) {
        if (json) {
            out.println(toJson());
        } else {
            printText(out);
        }
        out.flush();
        errors.forEach(error -> System.err.println("zerobuffer: " + error));
    }

    private void printText(PrintStream out) {
        double seconds = seconds();
        out.printf(Locale.ROOT, "%s: %d frames, %d bytes in %.3f s%s%n", operation.description(bufferName, outputBufferName), frames, bytes, seconds,
                seconds > 0 ? String.format(Locale.ROOT, ", %.0f frames/s, %.1f MB/s", frames / seconds, megabytesPerSecond()) : "");
        if (metadataSize > 0) {
            out.println("metadata: " + metadataSize + " bytes");
        }
        if (verificationErrors > 0) {
            out.println("verification errors: " + verificationErrors);
        }
        checksums.forEach(checksum -> out.println("crc32c of frame " + checksum.frame() + ": " + checksum.crc32c()));
    }

    String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("operation", operation.jsonName());
            json.writeStringField("buffer_name", bufferName);
            if (outputBufferName != null) {
                json.writeStringField("output_buffer_name", outputBufferName);
            }
            json.writeNumberField(operation.framesKey(), frames);
            json.writeNumberField("frame_size", frameSize);
            json.writeNumberField("metadata_size", metadataSize);
            json.writeNumberField("duration_seconds", seconds());
            json.writeNumberField("throughput_mbps", megabytesPerSecond());
            json.writeNumberField("verification_errors", verificationErrors);
            json.writeArrayFieldStart("checksums");
            for (Checksum checksum : checksums) {
                json.writeStartObject();
                json.writeNumberField("frame", checksum.frame());
                json.writeStringField("checksum", checksum.crc32c());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("errors");
            for (String error : errors) {
                json.writeString(error);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private double seconds() {
        return (endNanos - startNanos) / 1e9;
    }

    private double megabytesPerSecond() {
        double seconds = seconds();
        return seconds > 0 ? bytes / MEGABYTE / seconds : 0;
    }

    private record Checksum(long frame, String crc32c) {
    }
}

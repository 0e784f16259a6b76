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
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, counted while it runs and printed when it ends, as text or with the JSON keys of the other
 * implementations.
 */
final class RunResult {
    private static final int MOST_CHECKSUMS = 100;
    private static final int MOST_ERRORS = 20;
    private static final double MEGABYTE = 1 << 20;
    private static final double MICROSECOND = 1_000;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final Operation operation;
    private final String name;
    private final @Nullable String outputBufferName;
    private final List<Checksum> checksums = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long frameSize;
    private long frames;
    private long bytes;
    private long metadataSize;
    private long verificationErrors;
    private long startNanos;
    private long endNanos;
    /** Null where nothing was timed. */
    private @Nullable Histogram latencies;

    /**
     * @param name of the buffer or channel
     */
    RunResult(Operation operation, String name) {
        this(operation, name, null);
    }

    RunResult(Operation operation, String name, @Nullable String outputBufferName) {
        this.operation = operation;
        this.name = name;
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

    void latency(long nanos) {
        Histogram recorded = latencies == null ? new Histogram(3) : latencies;
        latencies = recorded;
        recorded.recordValue(nanos);
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

    /** What a failure says; a sentence of its own kind when it says nothing. */
    static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
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
        out.printf(
                Locale.ROOT,
                "%s: %d %s, %d bytes in %.3f s%s%n",
                operation.description(name, outputBufferName),
                frames,
                operation.unit(),
                bytes,
                seconds,
                seconds > 0
                        ? String.format(
                                Locale.ROOT,
                                ", %.0f %s/s, %.1f MB/s",
                                frames / seconds,
                                operation.unit(),
                                megabytesPerSecond())
                        : "");
        if (latencies != null) {
            out.println("latency: " + latencyText(latencies));
        }
        if (metadataSize > 0) {
            out.println("metadata: " + metadataSize + " bytes");
        }
        if (verificationErrors > 0) {
            out.println("verification errors: " + verificationErrors);
        }
        checksums.forEach(checksum -> out.println("crc32c of frame " + checksum.frame() + ": " + checksum.crc32c()));
    }

    private static String latencyText(Histogram latencies) {
        StringBuilder text = new StringBuilder();
        for (double percentile : PERCENTILES) {
            text.append(String.format(
                    Locale.ROOT, "%s %.1f us, ", percentileName(percentile), latencyAt(latencies, percentile)));
        }
        return text.append(String.format(Locale.ROOT, "max %.1f us", latencies.getMaxValue() / MICROSECOND))
                .toString();
    }

    /** p50, p99.9 */
    private static String percentileName(double percentile) {
        return "p" + (percentile == (long) percentile ? Long.toString((long) percentile) : Double.toString(percentile));
    }

    private static double latencyAt(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / MICROSECOND;
    }

    String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("operation", operation.jsonName());
            json.writeStringField(operation.nameKey(), name);
            if (outputBufferName != null) {
                json.writeStringField("output_buffer_name", outputBufferName);
            }
            json.writeNumberField(operation.framesKey(), frames);
            json.writeNumberField("frame_size", frameSize);
            json.writeNumberField("metadata_size", metadataSize);
            json.writeNumberField("duration_seconds", seconds());
            json.writeNumberField("throughput_mbps", megabytesPerSecond());
            if (latencies != null) {
                json.writeObjectFieldStart("latency_us");
                for (double percentile : PERCENTILES) {
                    json.writeNumberField(percentileName(percentile), latencyAt(latencies, percentile));
                }
                json.writeNumberField("max", latencies.getMaxValue() / MICROSECOND);
                json.writeEndObject();
            }
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

    private record Checksum(long frame, String crc32c) {}
}

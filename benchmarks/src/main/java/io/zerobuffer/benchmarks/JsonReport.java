package io.zerobuffer.benchmarks;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything that was measured, round by round, so that any ratio can be formed from it later. */
final class JsonReport {
    private JsonReport() {}

    static void write(Path file, Map<String, String> machine, DistanceLimit limit, List<Cell> cells)
            throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(file.toFile(), JsonEncoding.UTF8)
                .useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeObjectFieldStart("machine");
            for (Map.Entry<String, String> fact : machine.entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            json.writeEndObject();
            write(json, limit);
            json.writeArrayFieldStart("cells");
            for (Cell cell : cells) {
                write(json, cell);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, DistanceLimit limit) throws IOException {
        json.writeObjectFieldStart("distanceLimit");
        json.writeNumberField("nanos", limit.nanos());
        json.writeArrayFieldStart("decidedByNanos");
        for (long distance : limit.seen()) {
            json.writeNumber(distance);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Cell cell) throws IOException {
        json.writeStartObject();
        json.writeStringField("group", cell.group());
        json.writeStringField("label", cell.label());
        json.writeStringField("unit", cell.job().kind().unit());
        json.writeStringField("job", cell.job().toWords());
        json.writeNumberField("otherProcessorsBusy", cell.otherWork());
        json.writeObjectFieldStart("peers");
        for (Peer peer : cell.peers()) {
            json.writeObjectFieldStart(peer.label());
            if (cell.failed(peer)) {
                json.writeStringField("failed", cell.failures().get(peer));
            }
            json.writeArrayFieldStart("rounds");
            for (Measurement measurement : cell.of(peer)) {
                json.writeStartObject();
                json.writeNumberField("value", measurement.value());
                if (measurement.distance().isPresent()) {
                    json.writeObjectFieldStart("distanceNanos");
                    json.writeNumberField("before", measurement.distance().get().before());
                    json.writeNumberField("after", measurement.distance().get().after());
                    json.writeEndObject();
                }
                write(json, "near", measurement.near());
                write(json, "far", measurement.far());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String side, Outcome outcome) throws IOException {
        json.writeObjectFieldStart(side);
        for (Map.Entry<String, Long> figure : outcome.figures().entrySet()) {
            json.writeNumberField(figure.getKey(), figure.getValue());
        }
        json.writeEndObject();
    }
}

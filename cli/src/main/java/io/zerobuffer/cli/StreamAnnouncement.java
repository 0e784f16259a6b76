package io.zerobuffer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line by which a reader asks a streamer, through its log, to write into the buffer it has created:
 * {@code > {"jsonrpc": "2.0", "method": "start-stream", "params": ["NAME", METADATA_SIZE, PAYLOAD_SIZE]}}.
 *
 * @param bufferName the buffer to connect to
 * @param metadataSize size of its metadata block in bytes
 * @param payloadSize size of its ring in bytes
 */
public record StreamAnnouncement(String bufferName, long metadataSize, long payloadSize) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String METHOD = "start-stream";

    /** The announcement as a line, without its end. */
    public String toLine() {
        return "> {\"jsonrpc\": \"2.0\", \"method\": \"" + METHOD + "\", \"params\": [\""
                + new String(JsonStringEncoder.getInstance().quoteAsString(bufferName)) + "\", " + metadataSize + ", "
                + payloadSize + "]}";
    }

    /**
     * Reads one line of a log.
     *
     * @param line any line
     * @return what it announces, or nothing if it is some other line
     */
    public static Optional<StreamAnnouncement> parse(String line) {
        if (!line.startsWith(">")) {
            return Optional.empty();
        }
        try (JsonParser json = JSON.createParser(line.substring(1))) {
            return request(json);
        } catch (IOException e) {
            // Logs are full of lines that are not ours.
            return Optional.empty();
        }
    }

    private static Optional<StreamAnnouncement> request(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        boolean starts = false;
        boolean speaksVersion2 = false;
        StreamAnnouncement announcement = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "jsonrpc" ->
                    speaksVersion2 =
                            value == JsonToken.VALUE_STRING && json.getText().equals("2.0");
                case "method" ->
                    starts = value == JsonToken.VALUE_STRING && json.getText().equals(METHOD);
                case "params" -> announcement = params(json);
                default -> {}
            }
            json.skipChildren();
        }
        boolean complete = json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
        return complete && starts && speaksVersion2 ? Optional.ofNullable(announcement) : Optional.empty();
    }

    private static @Nullable StreamAnnouncement params(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.VALUE_STRING) {
            return null;
        }
        String name = json.getText();
        if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
            return null;
        }
        long metadataSize = json.getLongValue();
        if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
            return null;
        }
        long payloadSize = json.getLongValue();
        boolean ends = json.nextToken() == JsonToken.END_ARRAY;
        return ends && metadataSize >= 0 && payloadSize > 0
                ? new StreamAnnouncement(name, metadataSize, payloadSize)
                : null;
    }
}

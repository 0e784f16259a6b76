package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamAnnouncementTest {
    @Test
    void shouldWriteTheLineOfTheFoundingDocument() {
        assertEquals(
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"e39640a7\", 1024, 2048]}",
                new StreamAnnouncement("e39640a7", 1024, 2048).toLine());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [ \"cam\", 1024, 2048] }",
                ">{\"jsonrpc\":\"2.0\",\"method\":\"start-stream\",\"params\":[\"cam\",1024,2048]}",
                "> {\"params\": [\"cam\", 1024, 2048], \"id\": {\"a\": [1]}, \"method\": \"start-stream\","
                        + " \"jsonrpc\": \"2.0\"}\r"
            })
    void shouldReadAnAnnouncementHoweverItIsSpaced(String line) {
        assertEquals(Optional.of(new StreamAnnouncement("cam", 1024, 2048)), StreamAnnouncement.parse(line));
    }

    @Test
    void shouldReadBackEveryName() {
        StreamAnnouncement announcement = new StreamAnnouncement("a \"b\" \\ \t \u00fc \u65e5", 0, 5L << 30);
        assertEquals(Optional.of(announcement), StreamAnnouncement.parse(announcement.toLine()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ">",
                "> ",
                "> hello",
                "{\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1, 2]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"stop-stream\", \"params\": [\"cam\", 1, 2]}",
                "> {\"jsonrpc\": \"1.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1, 2]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1, 2, 3]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", -1, 2]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1,"
                        + " 99999999999999999999]}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": {\"name\": \"cam\"}}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\"}",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1, 2]",
                "> {\"jsonrpc\": \"2.0\", \"method\": \"start-stream\", \"params\": [\"cam\", 1, 2]} and more"
            })
    void shouldSkipEveryOtherLine(String line) {
        assertEquals(Optional.empty(), StreamAnnouncement.parse(line));
    }
}

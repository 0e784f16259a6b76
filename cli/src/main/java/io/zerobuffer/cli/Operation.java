package io.zerobuffer.cli;

import org.jspecify.annotations.Nullable;

/** What a run does with frames, in the words of its result. */
enum Operation {
    WRITE("write", "buffer_name", "frames_written"),
    READ("read", "buffer_name", "frames_read"),
    RELAY("relay", "buffer_name", "frames_relayed"),
    SERVE("serve", "channel_name", "requests_answered"),
    CALL("call", "channel_name", "answers_received");

    private final String jsonName;
    private final String nameKey;
    private final String framesKey;

    Operation(String jsonName, String nameKey, String framesKey) {
        this.jsonName = jsonName;
        this.nameKey = nameKey;
        this.framesKey = framesKey;
    }

    String jsonName() {
        return jsonName;
    }

    String nameKey() {
        return nameKey;
    }

    String framesKey() {
        return framesKey;
    }

    /** What is counted. */
    String unit() {
        return switch (this) {
            case WRITE, READ, RELAY -> "frames";
            case SERVE, CALL -> "answers";
        };
    }

    String description(String name, @Nullable String outputBufferName) {
        return switch (this) {
            case WRITE -> "written to '" + name + "'";
            case READ -> "read from '" + name + "'";
            case RELAY -> "relayed from '" + name + "' to '" + outputBufferName + "'";
            case SERVE -> "served on '" + name + "'";
            case CALL -> "called '" + name + "'";
        };
    }
}

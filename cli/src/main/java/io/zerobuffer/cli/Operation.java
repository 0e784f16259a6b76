package io.zerobuffer.cli;

/** What a run does with frames, in the words of its result. */
enum Operation {
    WRITE("write", "frames_written"),
    READ("read", "frames_read"),
    RELAY("relay", "frames_relayed");

    private final String jsonName;
    private final String framesKey;

    Operation(String jsonName, String framesKey) {
        this.jsonName = jsonName;
        this.framesKey = framesKey;
    }

    String jsonName() {
        return jsonName;
    }

    String framesKey() {
        return framesKey;
    }

    String description(String bufferName, String outputBufferName) {
        return switch (this) {
            case WRITE -> "written to '" + bufferName + "'";
            case READ -> "read from '" + bufferName + "'";
            case RELAY -> "relayed from '" + bufferName + "' to '" + outputBufferName + "'";
        };
    }
}

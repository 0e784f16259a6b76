package io.zerobuffer.stress;

import java.nio.file.Path;
import java.util.List;

/** What a side is written in. */
enum Language {
    JAVA(60_000, 2500, 32),
    C(60_000, 2500, 32),
    /** Computes a checksum about a hundred times more slowly than the others. */
    PYTHON(2000, 300, 8);

    /** The largest frame given to it, in bytes. */
    final int largestFrame;

    /** The most frames of one act. */
    final int frames;

    /** Requests to write that may be under way. */
    final int window;

    Language(int largestFrame, int frames, int window) {
        this.largestFrame = largestFrame;
        this.frames = frames;
        this.window = window;
    }

    String label() {
        return name().toLowerCase();
    }

    List<String> command(Workshop workshop) {
        return switch (this) {
            case JAVA -> workshop.javaCommand();
            case C -> List.of(workshop.cPeer().toString());
            case PYTHON ->
                List.of(
                        "python3",
                        "-B",
                        workshop.root()
                                .resolve(Path.of("interop", "peers", "python", "peer.py"))
                                .toString());
        };
    }
}

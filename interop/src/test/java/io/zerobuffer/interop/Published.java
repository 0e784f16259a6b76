package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The published programs, each in a virtual environment of its own, where interop/peers/published/install has put them.
 */
final class Published {
    /** The Python implementation of the protocol. */
    static final String IPC = "zerobuffer-ipc";
    /** The SDK on it. */
    static final String SDK = "rocket-welder-sdk-3.3.0";

    private static final Path FOLDER = Optional.ofNullable(System.getenv("ZEROBUFFER_PUBLISHED"))
            .map(Path::of)
            .orElseGet(() -> Programs.target().resolve("published"));

    private Published() {}

    /**
     * The three generations in the field: the founding document's, the last without atomic instructions, and the
     * newest.
     */
    static List<PeerKind> generations() {
        return List.of(PeerKind.PYTHON_1_1_11, PeerKind.PYTHON_1_2_8, PeerKind.PYTHON_1_3_0);
    }

    /** The command that runs the peer on this version. */
    static List<String> peer(String version) {
        return List.of(
                python(IPC + "-" + version).toString(),
                Programs.published().resolve("peer.py").toString());
    }

    /** The interpreter that has this package. */
    static Path python(String installed) {
        return FOLDER.resolve(installed).resolve("bin/python");
    }

    /** Skips a test where the package of this published program is missing. */
    static void assumeInstalled(PeerKind kind) {
        assumeInstalled(kind.language() + "-" + kind.flavour());
    }

    static void assumeInstalled(String name) {
        assumeTrue(
                Files.exists(FOLDER.resolve(name).resolve("installed")),
                () -> name + " is not installed in " + FOLDER + "; interop/peers/published/install does it");
    }
}

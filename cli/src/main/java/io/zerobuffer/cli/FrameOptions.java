package io.zerobuffer.cli;

import picocli.CommandLine.Option;

/** What the frames of a run look like. */
final class FrameOptions {
    @Option(
            names = {"-s", "--size"},
            paramLabel = "SIZE|MIN-MAX",
            converter = SizeRange.Converter.class,
            description = "Size of each frame or request; read takes 0 for any (default: ${DEFAULT-VALUE}).")
    private SizeRange size;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the pattern random and of sizes MIN-MAX (default: ${DEFAULT-VALUE}).")
    private long seed;

    FrameOptions(String defaultSize) {
        this.size = SizeRange.parse(defaultSize);
    }

    SizeRange size() {
        return size;
    }

    FrameSizes sizes() {
        return new FrameSizes(size, seed);
    }

    PatternBytes bytes(Pattern pattern) {
        return new PatternBytes(pattern, seed);
    }

    FrameSource source(Pattern pattern) {
        return new PatternSource(bytes(pattern), sizes());
    }
}

package io.zerobuffer.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written before the first frame. */
final class MetadataOptions {
    @Option(
            names = {"-m", "--metadata"},
            paramLabel = "TEXT",
            description = "Metadata, written in UTF-8 before the first frame.")
    private @Nullable String text;

    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Metadata from a file.")
    private @Nullable String file;

    /** Null for none. */
    byte @Nullable [] bytes() throws IOException {
        if (file != null) {
            try {
                return Files.readAllBytes(FileFailure.path(file));
            } catch (IOException e) {
                throw FileFailure.reading(file, e);
            }
        }
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}

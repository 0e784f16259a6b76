package io.zerobuffer.cli;

import io.zerobuffer.ReaderConfig;
import picocli.CommandLine.Option;

/** The buffer that a command creates: a ring, and a block for metadata. */
final class BufferOptions extends RingOptions {
    @Option(
            names = "--metadata-size",
            paramLabel = "SIZE",
            defaultValue = "4096",
            converter = ByteSize.Converter.class,
            description = "Size of the metadata block (default: ${DEFAULT-VALUE}).")
    private ByteSize metadataSize;

    BufferOptions(String defaultPayloadSize) {
        super(defaultPayloadSize);
    }

    @Override
    ReaderConfig.Builder configured(ReaderConfig.Builder builder) {
        return super.configured(builder).metadataSize(metadataSize.bytes());
    }
}

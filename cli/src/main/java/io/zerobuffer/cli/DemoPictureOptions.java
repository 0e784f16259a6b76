package io.zerobuffer.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The size of the demo's pictures. */
final class DemoPictureOptions {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 16_384;

    @Option(
            names = "--width",
            paramLabel = "PIXELS",
            defaultValue = "1920",
            description = "Width of the pictures (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = "--height",
            paramLabel = "PIXELS",
            defaultValue = "1080",
            description = "Height of the pictures (default: ${DEFAULT-VALUE}).")
    private int height;

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    void check(CommandSpec spec) {
        if (width < SMALLEST || width > LARGEST || height < SMALLEST || height > LARGEST) {
            throw new ParameterException(
                    spec.commandLine(), "width and height must be " + SMALLEST + " to " + LARGEST + " pixels");
        }
    }

    MovingPicture picture() {
        return new MovingPicture(width, height);
    }

    long frameSize() {
        return 3L * width * height + FrameStamp.BYTE_SIZE;
    }
}

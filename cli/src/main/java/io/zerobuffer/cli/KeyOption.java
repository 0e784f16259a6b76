package io.zerobuffer.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The key of xor. */
final class KeyOption {
    private static final int LARGEST = 255;

    @Option(
            names = "--xor-key",
            paramLabel = "BYTE",
            defaultValue = "255",
            converter = Converter.class,
            description = "Key of xor, 0 to 255 (default: ${DEFAULT-VALUE}).")
    private int key;

    int key() {
        return key;
    }

    static final class Converter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int key;
            try {
                key = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                key = -1;
            }
            if (key < 0 || key > LARGEST) {
                throw new TypeConversionException("'" + text + "' is not a byte, 0 to " + LARGEST);
            }
            return key;
        }
    }
}

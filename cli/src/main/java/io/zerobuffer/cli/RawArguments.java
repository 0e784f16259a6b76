package io.zerobuffer.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments as they were given. A JVM in the POSIX locale, and in UTF-8 one that gets other bytes, puts U+FFFD in
 * the place of each byte it cannot read: all names of one length would be one buffer.
 */
final class RawArguments {
    private static final char REPLACEMENT = '\uFFFD';
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /**
     * What the arguments are in UTF-8.
     *
     * @throws IOException if one is not UTF-8, or cannot be told
     */
    static String[] of(String[] arguments) throws IOException {
        for (String argument : arguments) {
            if (argument.indexOf(REPLACEMENT) >= 0) {
                return decoded(arguments.length, Files.readAllBytes(COMMAND_LINE));
            }
        }
        return arguments;
    }

    /** The last ones of a command line, each of which ends with a zero byte. */
    static String[] decoded(int count, byte[] commandLine) throws IOException {
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(Arrays.copyOfRange(commandLine, start, i));
                start = i + 1;
            }
        }
        if (words.size() < count) {
            throw new IOException("an argument is not ASCII, which this locale is; set LC_ALL=C.UTF-8");
        }
        String[] arguments = new String[count];
        for (int i = 0; i < count; i++) {
            byte[] word = words.get(words.size() - count + i);
            try {
                arguments[i] = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(word))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new IOException(
                        "argument " + (i + 1) + " is not UTF-8: '" + new String(word, StandardCharsets.UTF_8) + "'", e);
            }
        }
        return arguments;
    }
}

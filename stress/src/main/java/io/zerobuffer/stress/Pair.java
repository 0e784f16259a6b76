package io.zerobuffer.stress;

import java.util.Arrays;
import java.util.List;

/** Which language writes and which reads. */
record Pair(Language writer, Language reader) {
    static List<Pair> all() {
        return Arrays.stream(Language.values())
                .flatMap(writer -> Arrays.stream(Language.values()).map(reader -> new Pair(writer, reader)))
                .toList();
    }

    /** {@code java-c}: Java writes, C reads. */
    static Pair parse(String text) {
        return all().stream()
                .filter(pair -> pair.toString().equals(text))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("no pair " + text + "; there are " + all()));
    }

    @Override
    public String toString() {
        return writer.label() + "-" + reader.label();
    }
}

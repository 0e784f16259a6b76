package io.zerobuffer.stress.fuzz;

import java.util.Locale;
import java.util.function.Consumer;

/** What is fuzzed: a class whose fuzzerTestOneInput throws when an input has found something. */
enum Target {
    ATTACH(AttachTarget.class, AttachTarget::fuzzerTestOneInput),
    TAKE(TakeTarget.class, TakeTarget::fuzzerTestOneInput),
    METADATA(MetadataTarget.class, MetadataTarget::fuzzerTestOneInput),
    QUEUE(QueueTarget.class, QueueTarget::fuzzerTestOneInput),
    BUFFER(BufferTarget.class, BufferTarget::fuzzerTestOneInput);

    final Class<?> type;
    private final Consumer<byte[]> entry;

    Target(Class<?> type, Consumer<byte[]> entry) {
        this.type = type;
        this.entry = entry;
    }

    static Target parse(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    void play(byte[] input) {
        entry.accept(input);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

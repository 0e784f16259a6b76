package io.zerobuffer;

import java.util.function.Consumer;

/** Carries so many frames, by copy, in place and in batches, from one thread to itself. */
final class SystemCallProbe {
    private static final int FRAME_SIZE = 64;

    private static long sum;

    private SystemCallProbe() {}

    public static void main(String[] args) {
        byte[] bytes = new byte[FRAME_SIZE];
        Consumer<Frame> handler = frame -> sum += frame.getLong(0);
        try (Reader reader =
                        Reader.create(args[1], ReaderConfig.ofPayload(1 << 16).withMetadataSize(0));
                Writer writer = Writer.connect(args[1])) {
            for (long frames = Long.parseLong(args[0]); frames > 0; frames -= 5) {
                writer.write(bytes);
                reader.read().release();
                writer.tryWrite(bytes);
                reader.poll().release();
                try (Claim claim = writer.claim(FRAME_SIZE)) {
                    claim.putLong(0, sum);
                    claim.commit();
                }
                try (Batch batch = writer.batch()) {
                    batch.write(bytes);
                    batch.write(bytes);
                }
                reader.drain(handler, 3);
            }
        }
    }
}

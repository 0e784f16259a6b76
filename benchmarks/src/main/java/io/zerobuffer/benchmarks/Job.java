package io.zerobuffer.benchmarks;

import java.util.HashMap;
import java.util.Map;

/**
 * One measurement that a pair of processes is asked for.
 *
 * @param size bytes of a frame
 * @param ring bytes of the ring, 0 for what fits the frame
 * @param held frames the receiver keeps
 * @param channels rings used in turn
 * @param rate frames per second, 0 for as many as possible
 * @param warmUpMillis time before anything counts
 * @param millis time that counts
 */
public record Job(Kind kind, int size, long ring, int held, int channels, int rate, int warmUpMillis, int millis) {
    public static Job of(Kind kind, int size, int rate, int warmUpMillis, int millis) {
        return new Job(kind, size, 0, 0, 1, rate, warmUpMillis, millis);
    }

    public Job withRing(long bytes) {
        return new Job(kind, size, bytes, held, channels, rate, warmUpMillis, millis);
    }

    public Job withHeld(int frames) {
        return new Job(kind, size, ring, frames, channels, rate, warmUpMillis, millis);
    }

    public Job withChannels(int count) {
        return new Job(kind, size, ring, held, count, rate, warmUpMillis, millis);
    }

    /** The job in one line of words, for a process in any language. */
    public String toWords() {
        return "kind=" + kind.label() + " size=" + size + " ring=" + ring + " held=" + held + " channels=" + channels
                + " rate=" + rate + " warm-up-ms=" + warmUpMillis + " ms=" + millis;
    }

    public static Job parse(String words) {
        Map<String, String> values = new HashMap<>();
        for (String word : words.split(" ")) {
            int equals = word.indexOf('=');
            values.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return new Job(
                Kind.of(values.get("kind")),
                Integer.parseInt(values.get("size")),
                Long.parseLong(values.get("ring")),
                Integer.parseInt(values.get("held")),
                Integer.parseInt(values.get("channels")),
                Integer.parseInt(values.get("rate")),
                Integer.parseInt(values.get("warm-up-ms")),
                Integer.parseInt(values.get("ms")));
    }
}

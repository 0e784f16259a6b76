package io.zerobuffer.interop;

import java.util.List;

/**
 * A ring and the frames through it.
 *
 * @param metadataSize of the block in front of the ring, which decides where in a page the ring begins
 * @param multiple what sizes are rounded up to a multiple of
 * @param readPause microseconds after each frame that is read
 * @param burst how many frames are written between two pauses, or 0 for no pause
 */
record Geometry(
        String name,
        int ring,
        int min,
        int max,
        int multiple,
        int metadataSize,
        int readPause,
        int burst,
        int writePause) {
    private static final int HEADER = 16;
    private static final int LAPS = 6;
    private static final int FEWEST = 24;
    private static final int MOST = 1500;
    private static final int K = 1024;
    private static final int M = K * K;

    /**
     * Rings with frames of one size or of random ones, around and over half of it, with every length of tail, at every
     * pace.
     */
    static List<Geometry> all() {
        return List.of(
                of("fix64_4K", 4 * K, 64),
                of("fix64_64K", 64 * K, 64),
                of("fix1000_64K", 64 * K, 1000),
                of("fix1008_64K", 64 * K, 1008),
                of("fix1024_64K", 64 * K, 1024),
                of("fix65536_1M", M, 65536),
                of("fix1M_8M", 8 * M, M),
                of("fix3110416_32M", 32 * M, 3110416),
                of("var500_4K", 4 * K, 1, 500),
                of("var4080_4K", 4 * K, 1, 4080),
                of("var1000_64K", 64 * K, 1, 1000),
                of("var60000_64K", 64 * K, 1, 60000),
                of("var1M_8M", 8 * M, 1, 1_000_000),
                of("al16_500_4K", 4 * K, 1, 500).inMultiplesOf(HEADER),
                of("al16_4080_4K", 4 * K, 1, 4080).inMultiplesOf(HEADER),
                of("al16_60000_64K", 64 * K, 1, 60000).inMultiplesOf(HEADER),
                of("half2100_4K", 4 * K, 2100),
                of("over2100-4000_4K", 4 * K, 2100, 4000),
                of("var48_64", 64, 1, 48),
                of("exact496_4K", 4 * K, 496),
                of("exact4080_4K", 4 * K, 4080),
                of("tail1_4K", 4 * K, 29),
                of("tail8_4K", 4 * K, 57),
                of("tail15_4K", 4 * K, 37),
                of("tail16_4K", 4 * K, 86),
                of("size1_4K", 4 * K, 1),
                of("size1_64", 64, 1),
                of("tail1page_4K", 4 * K, 29).behind(4 * K - 128 - 64),
                of("slowread_4K", 4 * K, 1, 500).readSlowly(300),
                of("slowread_64K", 64 * K, 1008).readSlowly(300),
                of("slowwrite_4K", 4 * K, 1, 500).inBursts(1, 300),
                of("burst_4K", 4 * K, 1, 500).inBursts(100, 3000));
    }

    private static Geometry of(String name, int ring, int size) {
        return of(name, ring, size, size);
    }

    private static Geometry of(String name, int ring, int min, int max) {
        return new Geometry(name, ring, min, max, 1, 0, 0, 0, 0);
    }

    private Geometry inMultiplesOf(int bytes) {
        return new Geometry(name, ring, min, max, bytes, metadataSize, readPause, burst, writePause);
    }

    private Geometry behind(int metadataBytes) {
        return new Geometry(name, ring, min, max, multiple, metadataBytes, readPause, burst, writePause);
    }

    private Geometry readSlowly(int micros) {
        return new Geometry(name, ring, min, max, multiple, metadataSize, micros, burst, writePause);
    }

    private Geometry inBursts(int frames, int micros) {
        return new Geometry(name, ring, min, max, multiple, metadataSize, readPause, frames, micros);
    }

    /** As many frames as take the ring round some times. */
    int frames() {
        int size = HEADER + min + (max - min) / 2;
        return Math.clamp((long) LAPS * ring / size, FEWEST, paced() ? MOST / 5 : MOST);
    }

    private boolean paced() {
        return readPause > 0 || burst > 0;
    }

    boolean framesFillTheRingExactly() {
        return min == max && ring % (HEADER + min) == 0;
    }

    Run reading(int frames) {
        return Run.of(frames, min, max).pausing(readPause);
    }

    Run writing(int frames) {
        return Run.of(frames, min, max).inBursts(burst, writePause);
    }

    @Override
    public String toString() {
        return name;
    }
}

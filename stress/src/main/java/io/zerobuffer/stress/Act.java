package io.zerobuffer.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One part of a round, decided before it is played, so that a seed always means the same: what is streamed, what
 * disturbs it, and how it ends.
 *
 * @param openReader points at which the reader is killed while it creates the buffer, one after the other
 * @param openWriter points at which the writer is killed while it connects, one after the other
 * @param succession a point at which the writer is killed while it connects after one that died in its commit,
 *     otherwise null
 * @param departure a point at which the reader is killed when it finds that the writer died, otherwise null
 * @param point the point of a fate that has one, otherwise null
 */
record Act(
        Fate fate,
        Strike point,
        List<Strike> openReader,
        List<Strike> openWriter,
        Strike succession,
        Strike departure,
        List<Stop> stops,
        int collections,
        int killAfterMillis,
        int smallest,
        int largest,
        int frames,
        int writeWindow,
        int readWindow,
        int readMillis,
        int hold,
        boolean readEarly) {

    enum Fate {
        WRITER_CLOSES,
        READER_CLOSES,
        WRITER_KILLED_STREAMING,
        READER_KILLED_STREAMING,
        BOTH_KILLED_STREAMING,
        WRITER_KILLED_IDLE,
        WRITER_KILLED_CLAIMING,
        WRITER_KILLED_AT_POINT,
        READER_KILLED_AT_POINT,
        WRITER_KILLED_CLOSING,
        READER_KILLED_CLOSING
    }

    /** A kill point, the side of it, and the call that counts. */
    record Strike(KillPoint point, boolean behind, int call) {
        String where() {
            return (behind ? "after " : "before ") + point;
        }

        String request() {
            return "arm " + point + (behind ? " after " : " before ") + call;
        }
    }

    record Stop(KillPoint.Role role, int afterMillis, int millis) {}

    static int ringSize(Random random) {
        return new int[] {4096, 16_384, 65_536, 1 << 20}[random.nextInt(4)];
    }

    /** @param small whether the frames are small for the ring; large ones wrap, rewind and wait for space often */
    static Act plan(Random random, Pair pair, int ringSize, boolean small) {
        boolean javaWriter = pair.writer() == Language.JAVA;
        boolean javaReader = pair.reader() == Language.JAVA;
        Fate fate = fate(random, javaWriter, javaReader);
        int most = Math.min(ringSize - 16, Math.min(pair.writer().largestFrame, pair.reader().largestFrame));
        int largest = small ? Math.min(most, ringSize / 16) : most;
        int smallest = Math.max(FrameContent.SMALLEST, random.nextInt(4) == 0 ? largest - 8 : FrameContent.SMALLEST);
        int frames = Math.min(pair.writer().frames, pair.reader().frames);
        return new Act(
                fate,
                point(random, fate),
                javaReader ? strikes(random, KillPoint.Role.READER) : List.of(),
                javaWriter ? strikes(random, KillPoint.Role.WRITER) : List.of(),
                javaWriter && random.nextBoolean()
                        ? strike(random, KillPoint.of(KillPoint.Role.WRITER, KillPoint.Phase.SUCCESSION))
                        : null,
                javaReader && random.nextBoolean()
                        ? strike(random, KillPoint.of(KillPoint.Role.READER, KillPoint.Phase.DEPARTURE))
                        : null,
                stops(random),
                random.nextInt(3),
                1 + random.nextInt(120),
                smallest,
                largest,
                1 + random.nextInt(frames * (random.nextInt(6) == 0 ? 8 : 1)),
                1 + random.nextInt(pair.writer().window),
                small ? 1 + random.nextInt(4) : 1,
                random.nextInt(4) == 0 ? 300 : 30,
                // A large frame may need the whole ring: it would wait for what is held, or released behind the next
                // read.
                small ? random.nextInt(4) : 0,
                random.nextBoolean());
    }

    private static Fate fate(Random random, boolean javaWriter, boolean javaReader) {
        List<Fate> fates = new ArrayList<>(List.of(
                Fate.WRITER_CLOSES,
                Fate.READER_CLOSES,
                Fate.WRITER_KILLED_STREAMING,
                Fate.READER_KILLED_STREAMING,
                Fate.BOTH_KILLED_STREAMING,
                Fate.WRITER_KILLED_IDLE,
                Fate.WRITER_KILLED_CLAIMING));
        if (javaWriter) {
            fates.addAll(List.of(
                    Fate.WRITER_KILLED_AT_POINT,
                    Fate.WRITER_KILLED_AT_POINT,
                    Fate.WRITER_KILLED_AT_POINT,
                    Fate.WRITER_KILLED_CLOSING));
        }
        if (javaReader) {
            fates.addAll(List.of(Fate.READER_KILLED_AT_POINT, Fate.READER_KILLED_AT_POINT, Fate.READER_KILLED_CLOSING));
        }
        return fates.get(random.nextInt(fates.size()));
    }

    private static Strike point(Random random, Fate fate) {
        return switch (fate) {
            case WRITER_KILLED_AT_POINT -> strike(random, KillPoint.of(KillPoint.Role.WRITER, KillPoint.Phase.STREAM));
            case READER_KILLED_AT_POINT -> strike(random, KillPoint.of(KillPoint.Role.READER, KillPoint.Phase.STREAM));
            case WRITER_KILLED_CLOSING -> strike(random, KillPoint.of(KillPoint.Role.WRITER, KillPoint.Phase.CLOSE));
            case READER_KILLED_CLOSING -> strike(random, KillPoint.of(KillPoint.Role.READER, KillPoint.Phase.CLOSE));
            default -> null;
        };
    }

    private static List<Strike> strikes(Random random, KillPoint.Role role) {
        List<Strike> strikes = new ArrayList<>();
        List<KillPoint> points = KillPoint.of(role, KillPoint.Phase.OPEN);
        while (strikes.size() < 2 && random.nextInt(5) < 2) {
            strikes.add(strike(random, points));
        }
        return strikes;
    }

    private static Strike strike(Random random, List<KillPoint> points) {
        KillPoint point = points.get(random.nextInt(points.size()));
        return new Strike(point, random.nextBoolean(), 1 + random.nextInt(point.calls));
    }

    private static List<Stop> stops(Random random) {
        List<Stop> stops = new ArrayList<>();
        while (stops.size() < 2 && random.nextInt(3) == 0) {
            KillPoint.Role role = random.nextBoolean() ? KillPoint.Role.READER : KillPoint.Role.WRITER;
            stops.add(new Stop(role, random.nextInt(60), 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 60)));
        }
        return stops;
    }
}

package io.zerobuffer.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A scrolling gradient with a bouncing ball, 3 bytes a pixel (blue, green, red); picture n is the same wherever it is
 * drawn.
 */
final class MovingPicture {
    private static final int CHANNELS = 3;
    private static final int PIXELS_ACROSS = 6;
    private static final int PIXELS_DOWN = 4;
    private static final int WARM_UP_PICTURES = 20;

    private final int width;
    private final int height;
    private final int stride;
    private final int radius;
    private final MemorySegment background;
    private final MemorySegment ball;

    MovingPicture(int width, int height) {
        this.width = width;
        this.height = height;
        this.stride = Math.multiplyExact(width, CHANNELS);
        this.radius = Math.max(1, Math.min(width, height) / 8);
        this.background = MemorySegment.ofArray(paintBackground());
        this.ball = MemorySegment.ofArray(paintBall());
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    long byteSize() {
        return (long) stride * height;
    }

    /** Lets the compiler see the code before anybody measures it. */
    void warmUp() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(byteSize());
            for (int number = 0; number < WARM_UP_PICTURES; number++) {
                draw(number, scratch);
                if (!matches(number, scratch)) {
                    throw new IllegalStateException("picture " + number + " does not match itself");
                }
            }
        }
    }

    void draw(long number, MemorySegment picture) {
        parts(number, (source, from, to, length) -> {
            MemorySegment.copy(source, from, picture, to, length);
            return true;
        });
    }

    /** True if {@code picture} is picture {@code number} to the last byte. */
    boolean matches(long number, MemorySegment picture) {
        return parts(
                number,
                (source, from, to, length) ->
                        MemorySegment.mismatch(source, from, from + length, picture, to, to + length) < 0);
    }

    /** A run of bytes of the picture and where they are found; false ends the walk. */
    private interface Part {
        boolean visit(MemorySegment source, long from, long to, long length);
    }

    private boolean parts(long number, Part part) {
        int left = bounce(number * PIXELS_ACROSS, width - 2 * radius);
        int top = bounce(number * PIXELS_DOWN, height - 2 * radius);
        for (int y = 0; y < height; y++) {
            long from = (y + number) % height * stride;
            long to = (long) y * stride;
            int ballRow = y - top;
            boolean same;
            if (ballRow < 0 || ballRow >= 2 * radius) {
                same = part.visit(background, from, to, stride);
            } else {
                int half = halfWidth(ballRow);
                long start = (long) (left + radius - half) * CHANNELS;
                long end = start + 2L * half * CHANNELS;
                same = part.visit(background, from, to, start)
                        && part.visit(
                                ball, ((long) ballRow * 2 * radius + radius - half) * CHANNELS, to + start, end - start)
                        && part.visit(background, from + end, to + end, stride - end);
            }
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static int bounce(long distance, int range) {
        if (range <= 0) {
            return 0;
        }
        int phase = (int) (distance % (2L * range));
        return phase < range ? phase : 2 * range - phase;
    }

    private int halfWidth(int ballRow) {
        double y = ballRow + 0.5 - radius;
        return (int) Math.sqrt(Math.max(0, (double) radius * radius - y * y));
    }

    private byte[] paintBackground() {
        byte[] pixels = new byte[Math.multiplyExact(stride, height)];
        for (int y = 0; y < height; y++) {
            // Up and down again, so that it scrolls without a seam.
            int vertical = 255 - Math.abs(510 * y / height - 255);
            for (int x = 0; x < width; x++) {
                int horizontal = (int) (255L * x / width);
                int at = y * stride + x * CHANNELS;
                pixels[at] = (byte) (255 - horizontal);
                pixels[at + 1] = (byte) vertical;
                pixels[at + 2] = (byte) (horizontal / 2 + vertical / 4);
            }
        }
        return pixels;
    }

    private byte[] paintBall() {
        int diameter = 2 * radius;
        byte[] pixels = new byte[diameter * diameter * CHANNELS];
        for (int y = 0; y < diameter; y++) {
            for (int x = 0; x < diameter; x++) {
                double light = Math.max(0, 1 - Math.hypot(x - 0.7 * radius, y - 0.7 * radius) / (1.6 * radius));
                int at = (y * diameter + x) * CHANNELS;
                pixels[at] = (byte) (200 * light * light);
                pixels[at + 1] = (byte) (60 + 190 * light);
                pixels[at + 2] = (byte) (160 + 95 * light);
            }
        }
        return pixels;
    }
}

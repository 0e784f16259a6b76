package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MovingPictureTest {
    @ParameterizedTest
    @CsvSource({"16,16", "64,48", "33,90"})
    void shouldKnowEachByteOfItsOwnPictures(int width, int height) {
        MovingPicture picture = new MovingPicture(width, height);
        byte[] pixels = new byte[(int) picture.byteSize()];
        MemorySegment drawn = MemorySegment.ofArray(pixels);
        picture.draw(123, drawn);
        assertTrue(new MovingPicture(width, height).matches(123, drawn));
        for (int at = 0; at < pixels.length; at++) {
            pixels[at] ^= 1;
            assertFalse(picture.matches(123, drawn), "byte " + at);
            pixels[at] ^= 1;
        }
    }

    @Test
    void shouldMove() {
        MovingPicture picture = new MovingPicture(32, 32);
        Set<Integer> different = new HashSet<>();
        for (int number = 0; number < 20; number++) {
            byte[] pixels = new byte[(int) picture.byteSize()];
            picture.draw(number, MemorySegment.ofArray(pixels));
            different.add(Arrays.hashCode(pixels));
        }
        assertEquals(20, different.size());
    }

    @Test
    void shouldBeSavedAsThePngThatOthersRead(@TempDir Path directory) throws IOException {
        MovingPicture picture = new MovingPicture(50, 37);
        byte[] pixels = new byte[(int) picture.byteSize()];
        picture.draw(5, MemorySegment.ofArray(pixels));
        Path file = directory.resolve("picture.png");
        PngFile.write(file, 50, 37, MemorySegment.ofArray(pixels));
        BufferedImage image = ImageIO.read(file.toFile());
        assertEquals(50, image.getWidth());
        assertEquals(37, image.getHeight());
        for (int y = 0; y < 37; y++) {
            for (int x = 0; x < 50; x++) {
                int at = (y * 50 + x) * 3;
                int rgb = (pixels[at + 2] & 0xFF) << 16 | (pixels[at + 1] & 0xFF) << 8 | pixels[at] & 0xFF;
                assertEquals(rgb, image.getRGB(x, y) & 0xFFFFFF, x + "," + y);
            }
        }
    }

    @Test
    void shouldNoticeADamagedStamp() {
        byte[] bytes = new byte[100 + (int) FrameStamp.BYTE_SIZE];
        MemorySegment frame = MemorySegment.ofArray(bytes);
        FrameStamp stamp = new FrameStamp(17, 123_456_789);
        stamp.write(frame, 100);
        assertEquals(stamp, FrameStamp.read(frame, 100));
        for (int at = 100; at < bytes.length; at++) {
            bytes[at] ^= 8;
            assertNull(FrameStamp.read(frame, 100), "byte " + at);
            bytes[at] ^= 8;
        }
    }
}

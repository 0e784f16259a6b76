package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.interop.PeerKind.Place;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where there is not enough of something: the right error, and nothing left that would be in the way afterwards. */
final class LimitsTest extends Scenario {
    @ParameterizedTest
    @EnumSource(value = Place.class, names = {"SMALL_SHARED_MEMORY", "FILE_SIZE_LIMIT"})
    void shouldRefuseABufferThatDoesNotFitAndLeaveRoomForOneThatDoes(Place place) throws IOException, InterruptedException {
        assumeTrue(place.isAvailable(), "this place cannot be made here (needs root)");
        Peer reader = peer(PeerKind.JAVA.at(place));
        String name = newName();
        String text = reader.refused("no-space", "create " + name + " 0 8000000");
        assertTrue(text.contains("8000128"), text);
        assertEquals(List.of(), leftovers());

        for (int i = 0; i < 20; i++) {
            reader.create(name, 0, 65536);
            reader.refused("usage", "create " + newName() + " 0 64");
            reader.ok("close-reader");
            reader.refused("no-space", "create " + name + " 0 8000000");
        }
    }
}

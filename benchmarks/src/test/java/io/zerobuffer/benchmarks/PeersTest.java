package io.zerobuffer.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
@Tag("long")
class PeersTest {
    private static final int BEYOND_ONE_FRAGMENT = 100_001;

    @TempDir
    private Path output;

    @Test
    void shouldCarryEveryByteThereAndBackWithEveryPeer() throws Exception {
        Set<Peer> carryOnlyAStamp = EnumSet.of(Peer.C_SEMAPHORE);
        List<Peer> peers = Arrays.stream(Peer.values())
                .filter(peer -> !carryOnlyAStamp.contains(peer) && peer != Peer.AERON_SLEEPING)
                .toList();

        List<Cell> cells =
                Bench.check(Path.of(""), output, List.of(Peer.SMALLEST, BEYOND_ONE_FRAGMENT), peers.stream());

        for (Cell cell : cells) {
            assertEquals(Map.of(), cell.failures(), cell.label());
            for (Peer peer : cell.peers()) {
                assertEquals(NearSide.CHECKED_FRAMES, cell.value(peer).median(), peer.label());
            }
        }
        assertTrue(cells.getFirst().peers().containsAll(peers), "every peer takes part in the check of small frames");
    }
}

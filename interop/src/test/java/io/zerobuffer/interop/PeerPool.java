package io.zerobuffer.interop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Peers between two tests: starting a process costs more than most scenarios. */
final class PeerPool {
    private static final Map<PeerKind, Deque<Peer>> IDLE = new HashMap<>();

    private PeerPool() {}

    static Peer borrow(PeerKind kind) {
        Peer idle = IDLE.computeIfAbsent(kind, _ -> new ArrayDeque<>()).poll();
        return idle != null ? idle : kind.start();
    }

    /** Takes a peer back with nothing open. One that is busy or was killed is not used again. */
    static void giveBack(Peer peer) {
        if (!peer.isIdle()) {
            peer.end();
            return;
        }
        peer.begin("multiple 1").words();
        peer.begin("stop-server").words();
        peer.begin("call-close").words();
        peer.begin("close-writer").words();
        peer.begin("close-reader").words();
        IDLE.get(peer.kind()).push(peer);
    }
}

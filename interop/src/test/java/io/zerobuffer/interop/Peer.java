package io.zerobuffer.interop;

import java.util.List;

/** One end of a buffer, in whatever language and wherever it runs: it gets lines and answers each of them. */
interface Peer {
    PeerKind kind();

    long pid();

    /** Sends a request without waiting for its answer. Requests are worked on in order. */
    Pending begin(String request);

    /** True when everything that was asked has been answered and more can be asked. */
    boolean isIdle();

    /** Ends it as SIGKILL does: nothing is cleaned up. */
    void kill();

    /** Ends it, busy or not. */
    void end();

    default List<String> ok(String request) {
        return begin(request).ok();
    }

    default String refused(String code, String request) {
        return begin(request).refused(code);
    }

    default void create(String name, long metadataSize, long payloadSize) {
        ok("create " + name + " " + metadataSize + " " + payloadSize);
    }

    default void connect(String name) {
        ok("connect " + name + " 0");
    }

    /** Writes a frame and returns its sequence number. */
    default long write(int size, long index) {
        return Long.parseLong(ok("write " + size + " " + index + " 30000").getFirst());
    }

    /** Takes a frame that has been written or is about to be. */
    default Taken take() {
        return Taken.from(begin("read 30000"));
    }

    /** Takes a frame, checks that it is this one and nothing else, and releases it. */
    default Taken takes(int size, long index) {
        Taken frame = take();
        frame.is(size, index);
        release(frame);
        return frame;
    }

    default void release(Taken frame) {
        ok("release " + frame.handle());
    }
}

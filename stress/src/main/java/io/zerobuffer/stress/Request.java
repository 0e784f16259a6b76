package io.zerobuffer.stress;

/** A line sent to a peer, and what became of it. */
final class Request {
    final String line;

    /** The frame a request to write is about, otherwise null. */
    final ExpectedFrame frame;

    /** Null until it is answered, and for ever if the peer died. */
    String answer;

    long answeredAt;

    Request(String line, ExpectedFrame frame) {
        this.line = line;
        this.frame = frame;
    }

    boolean isRead() {
        return line.startsWith("read ");
    }

    boolean isWrite() {
        return frame != null;
    }

    boolean isOk() {
        return answer != null && answer.startsWith("ok");
    }
}

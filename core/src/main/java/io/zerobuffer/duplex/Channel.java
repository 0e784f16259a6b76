package io.zerobuffer.duplex;

/** The names of a channel's two buffers. */
record Channel(String name) {
    String requestBuffer() {
        return name + "_request";
    }

    String responseBuffer() {
        return name + "_response";
    }
}

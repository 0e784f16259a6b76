package io.zerobuffer.cli;

import java.io.IOException;

/**
 * Tells a child process that its parent is gone, however it went: standard input, a pipe from the parent, then ends.
 */
final class ParentWatch {
    private ParentWatch() {}

    static void stopWithParent(StopRequest stop) {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever sent; only the end counts.
                }
            } catch (IOException e) {
                // A pipe that cannot be read has ended too.
            }
            stop.request();
        });
    }
}

package io.zerobuffer.stress;

/**
 * Something a peer did.
 *
 * @param line what it said, or null when its output ended
 * @param at when that was read, by {@link System#nanoTime}
 */
record Event(Peer peer, String line, long at) {}

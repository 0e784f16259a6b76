/** Durations; how a side spins, checks and sleeps. */
@NullMarked
package io.zerobuffer.internal.wait;

import org.jspecify.annotations.NullMarked;

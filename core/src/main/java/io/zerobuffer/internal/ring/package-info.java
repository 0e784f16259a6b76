/** Claim, commit, take, release, and what a successor finishes; it waits for nothing, and reaches no system. */
@NullMarked
package io.zerobuffer.internal.ring;

import org.jspecify.annotations.NullMarked;

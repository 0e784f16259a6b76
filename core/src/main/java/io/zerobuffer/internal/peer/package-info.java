/** A buffer's objects, made or opened; who is on the other side, and whether it lives. */
@NullMarked
package io.zerobuffer.internal.peer;

import org.jspecify.annotations.NullMarked;

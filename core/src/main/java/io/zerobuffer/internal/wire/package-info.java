/** Every offset and memory ordering of the protocol, and nothing else. */
@NullMarked
package io.zerobuffer.internal.wire;

import org.jspecify.annotations.NullMarked;

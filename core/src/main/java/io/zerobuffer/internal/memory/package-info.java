/** How long mapped memory may be used, and copies into and out of it. */
@NullMarked
package io.zerobuffer.internal.memory;

import org.jspecify.annotations.NullMarked;

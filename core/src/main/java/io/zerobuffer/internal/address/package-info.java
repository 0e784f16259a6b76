/** Memory without bounds, for what goes by address (docs/decisions/0011). */
@NullMarked
package io.zerobuffer.internal.address;

import org.jspecify.annotations.NullMarked;

/** How Linux does what the library needs of a system. */
@NullMarked
package io.zerobuffer.internal.os.linux;

import org.jspecify.annotations.NullMarked;

/** The calls that every POSIX system has, and what is made of them alone. */
@NullMarked
package io.zerobuffer.internal.os.posix;

import org.jspecify.annotations.NullMarked;

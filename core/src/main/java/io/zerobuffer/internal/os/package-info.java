/** What the library needs of an operating system, by meaning. */
@NullMarked
package io.zerobuffer.internal.os;

import org.jspecify.annotations.NullMarked;

/** What can go wrong: one unchecked hierarchy, each type with the numbers that explain it. */
@NullMarked
package io.zerobuffer.errors;

import org.jspecify.annotations.NullMarked;

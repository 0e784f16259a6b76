/** The command line: one class a command, and what they share. */
@NullMarked
package io.zerobuffer.cli;

import org.jspecify.annotations.NullMarked;

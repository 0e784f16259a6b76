/** What can go wrong: one unchecked hierarchy, each type with the numbers that explain it. */
package io.zerobuffer.errors;

/**
 * Readers, writers and frames: the API.
 *
 * <p>A {@link io.zerobuffer.Reader} creates a buffer and takes {@link io.zerobuffer.Frame}s from it; a
 * {@link io.zerobuffer.Writer} in the same or another process connects to it and writes them, by copy or in place
 * through a {@link io.zerobuffer.Claim}. Everything that can go wrong is a
 * {@link io.zerobuffer.errors.ZeroBufferException}.
 *
 * <p><b>What is not there.</b> A method answers null only where a frame, or space for a claim, is not there now and may
 * be there at the next call, because nothing may be allocated there: {@code read}, {@code poll}, {@code latest},
 * {@code receive}, {@code tryClaim}. What may be absent for good, metadata for example, comes as an
 * {@link java.util.Optional}. What the caller has to act on is an exception. A parameter may be null only where its
 * method says so.
 */
@NullMarked
package io.zerobuffer;

import org.jspecify.annotations.NullMarked;

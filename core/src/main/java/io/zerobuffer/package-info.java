/**
 * Readers, writers and frames: the API.
 *
 * <p>A {@link io.zerobuffer.Reader} creates a buffer and takes {@link io.zerobuffer.Frame}s from it; a
 * {@link io.zerobuffer.Writer} in the same or another process connects to it and writes them, by copy or in place
 * through a {@link io.zerobuffer.Claim}. Everything that can go wrong is a
 * {@link io.zerobuffer.errors.ZeroBufferException}.
 */
package io.zerobuffer;

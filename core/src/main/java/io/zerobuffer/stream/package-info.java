/**
 * Frames as a stream, over a plain {@link io.zerobuffer.Reader}: handed to a listener ({@link
 * io.zerobuffer.stream.FrameLoop}), published to a reactive subscriber ({@link io.zerobuffer.stream.FramePublisher}),
 * or handed to several consumers of one ring ({@link io.zerobuffer.stream.FanOut}). For one thread's own loop, a reader
 * has {@link io.zerobuffer.Reader#frames} and {@link io.zerobuffer.Reader#forEach}.
 *
 * <p>None of them copies or queues bytes: frames stay in the ring until they are released, so that whoever is slow
 * slows the writer. While one of them is at work nobody else may use the reader, other than to close it; none of them
 * closes it.
 *
 * <p>A stream ends when its writer closes, and fails when the writer dies. A reader that
 * {@linkplain io.zerobuffer.ReaderConfig.Builder#reconnecting reconnects} goes on with the next writer's frames
 * instead.
 */
@NullMarked
package io.zerobuffer.stream;

import org.jspecify.annotations.NullMarked;

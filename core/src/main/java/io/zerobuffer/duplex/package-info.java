/**
 * Request and response over a duplex channel: two buffers, {@code CHANNEL_request} and {@code CHANNEL_response},
 * section 6 of the protocol.
 *
 * <p>A {@link io.zerobuffer.duplex.DuplexServer} owns the request buffer and answers in order; a
 * {@link io.zerobuffer.duplex.DuplexClient} owns the response buffer. {@link io.zerobuffer.duplex.AsyncDuplexClient}
 * gives a future for each request, to any number of threads.
 */
package io.zerobuffer.duplex;

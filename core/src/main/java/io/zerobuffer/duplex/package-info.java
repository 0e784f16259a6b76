/**
 * Request and response over a duplex channel: two buffers, {@code CHANNEL_request} and {@code CHANNEL_response},
 * section 6 of the protocol.
 *
 * <p>A {@link io.zerobuffer.duplex.DuplexServer} owns the request buffer and answers in order; a
 * {@link io.zerobuffer.duplex.DuplexClient} owns the response buffer. {@link io.zerobuffer.duplex.AsyncDuplexClient}
 * gives a future for each request, to any number of threads.
 *
 * <p>Threads: any thread may start, stop and close a server, use an asynchronous client, and close a client. One thread
 * at a time may send through a {@code DuplexClient}, and one, the same or another, may receive from it. A
 * {@code Response} belongs to its handler until that returns.
 */
@NullMarked
package io.zerobuffer.duplex;

import org.jspecify.annotations.NullMarked;

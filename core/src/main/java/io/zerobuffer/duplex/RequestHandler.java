package io.zerobuffer.duplex;

import io.zerobuffer.Frame;

/**
 * Answers requests. Called by the server's thread, one request after the other; in parallel with
 * {@link DuplexServer.Builder#parallel}.
 */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Answers a request.
     *
     * @param request where it lies in shared memory; released when this returns, or earlier by the handler
     * @param response takes the answer, exactly one
     * @throws Exception if there is no answer; see {@link DuplexServer} for what the client learns
     */
    void handle(Frame request, Response response) throws Exception;
}

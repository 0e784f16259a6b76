package io.zerobuffer.duplex;

import io.zerobuffer.Claim;

/** Turns a request into its answer where it lies. Called as a {@link RequestHandler}. */
@FunctionalInterface
public interface InPlaceHandler {
    /**
     * Edits the data.
     *
     * @param data the answer, at first a copy of the request; sent when this returns
     * @throws Exception if there is no answer; see {@link DuplexServer} for what the client learns
     */
    void edit(Claim data) throws Exception;
}

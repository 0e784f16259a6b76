package io.zerobuffer.errors;

/**
 * The server of a duplex channel is gone for this client: it stopped, its process died, or it could not answer a
 * request. Requests without an answer will get none.
 */
public final class ServerGoneException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    /** @param bufferName the request buffer of the channel */
    public ServerGoneException(String bufferName) {
        super(
                bufferName,
                "the server stopped, died, or could not answer a request; close the client and connect again");
    }
}

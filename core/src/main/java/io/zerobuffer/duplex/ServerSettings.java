package io.zerobuffer.duplex;

import io.zerobuffer.Permissions;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.WriterConfig;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DuplexServer} was built with.
 *
 * @param failureResponse null when a client that cannot be answered is given up
 * @param executor who runs the handlers; null for the server's own thread
 * @param limit how many requests are handled at the same time at most, where there is an executor
 */
record ServerSettings(
        Channel channel,
        ReaderConfig requestConfig,
        WriterConfig responseConfig,
        ServerListener listener,
        @Nullable Function<? super Throwable, byte[]> failureResponse,
        RequestHandler handler,
        @Nullable Executor executor,
        int limit) {

    private static final System.Logger LOG = System.getLogger("io.zerobuffer.duplex");

    /** Whose response buffers are answered into: whom the request buffer lets in, at least. */
    Permissions trusting() {
        Permissions letIn = requestConfig.permissions();
        Permissions asked = responseConfig.trusting();
        return letIn.compareTo(asked) > 0 ? letIn : asked;
    }

    /** Tells the listener; what it throws is logged and goes no further. */
    void requestFailed(Throwable cause) {
        try {
            listener.requestFailed(cause);
        } catch (RuntimeException | Error failure) {
            if (!failure.equals(cause)) {
                failure.addSuppressed(cause);
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the listener of channel '" + channel.name() + "' failed to hear of a request without an answer",
                    failure);
        }
    }

    /** Tells the listener; what it throws is logged and goes no further. */
    void clientDisconnected() {
        try {
            listener.clientDisconnected();
        } catch (RuntimeException | Error failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the listener of channel '" + channel.name() + "' failed to hear of a client's end",
                    failure);
        }
    }
}

package io.zerobuffer.duplex;

import io.zerobuffer.Frame;
import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import java.util.function.Function;

/**
 * Has the handler answer a request, and deals with one that it did not answer: tells the listener, and writes what the
 * settings have for that. Where not even that can be written, the client has to be given up.
 *
 * <p><b>Threads.</b> The server's, or in parallel those of the handlers.
 */
final class Answering {
    private final ServerSettings settings;
    private final Session session;

    Answering(ServerSettings settings, Session session) {
        this.settings = settings;
        this.session = session;
    }

    /** Answers a request of the pipeline, and releases it; false when the client has to be given up. */
    boolean handle(Frame request, Response response) {
        boolean isAnswered = answer(request, response);
        return released(request) && isAnswered;
    }

    /** Answers a request that has no handler; false when the client has to be given up. */
    boolean refuse(Frame request, Response response, Throwable cause) {
        boolean isAnswered = answerFailure(cause, response);
        return released(request) && isAnswered;
    }

    /** Writes an answer whose turn has come; false when the client has to be given up. */
    boolean send(Response response) {
        try {
            response.send();
            return true;
        } catch (RuntimeException | Error notWritten) {
            return reported(notWritten);
        }
    }

    /** Releases a request; false when the client has to be given up. */
    boolean released(Frame request) {
        try {
            request.release();
            return true;
        } catch (WrongThreadException viewedElsewhere) {
            return reported(viewedElsewhere);
        }
    }

    /** Answers a request; false when the client has to be given up. */
    boolean answer(Frame request, Response response) {
        Throwable failure;
        try {
            settings.handler().handle(request, response);
            if (response.end()) {
                return true;
            }
            failure = new IllegalStateException(
                    "channel '" + settings.channel().name() + "': the handler returned without an answer");
        } catch (Throwable thrown) {
            failure = thrown;
        }
        return !isOver(failure) && answerFailure(failure, response);
    }

    private boolean answerFailure(Throwable failure, Response response) {
        settings.requestFailed(failure);
        try {
            if (response.end()) {
                return true;
            }
            Function<? super Throwable, byte[]> failureResponse = settings.failureResponse();
            if (failureResponse == null) {
                return false;
            }
            response.write(failureResponse.apply(failure));
            return true;
        } catch (Throwable notWritten) {
            return reported(notWritten);
        }
    }

    /** Always false. */
    private boolean reported(Throwable failure) {
        if (!isOver(failure)) {
            settings.requestFailed(failure);
        }
        return false;
    }

    /**
     * Whether it failed because the client is gone or the server stops, and not because of some other buffer of the
     * handler's.
     */
    private boolean isOver(Throwable failure) {
        return switch (failure) {
            case PeerGoneException peer -> peer.role() == Role.READER && (session.isOver() || session.isClientGone());
            case BufferClosedException closed -> session.isOver();
            default -> false;
        };
    }
}

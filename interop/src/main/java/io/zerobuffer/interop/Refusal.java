package io.zerobuffer.interop;

import io.zerobuffer.errors.BufferClosedException;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.BufferNotFoundException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.EmptyFrameException;
import io.zerobuffer.errors.FrameReleasedException;
import io.zerobuffer.errors.FrameTooLargeException;
import io.zerobuffer.errors.IncompatibleVersionException;
import io.zerobuffer.errors.InvalidBufferNameException;
import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.errors.MetadataTooLargeException;
import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.errors.NoSpaceException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.ReaderAlreadyConnectedException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.ServerGoneException;
import io.zerobuffer.errors.TooManyOpenFilesException;
import io.zerobuffer.errors.WriterAlreadyConnectedException;

/** Why a request was not carried out: one of the error codes of the line protocol, and a text for people. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    Refusal(String code, String text) {
        super(text);
        this.code = code;
    }

    /** The refusal that tells what the library threw. */
    static Refusal of(RuntimeException thrown) {
        return thrown instanceof Refusal refusal ? refusal : new Refusal(codeOf(thrown), oneLine(thrown));
    }

    boolean is(String code) {
        return this.code.equals(code);
    }

    String answer() {
        return "error " + code + " " + getMessage();
    }

    private static String codeOf(RuntimeException thrown) {
        return switch (thrown) {
            case InvalidBufferNameException _ -> "name";
            case BufferNotFoundException _ -> "not-found";
            case ReaderAlreadyConnectedException _ -> "reader-exists";
            case WriterAlreadyConnectedException _ -> "writer-exists";
            case BufferFullException _ -> "full";
            case FrameTooLargeException _ -> "too-large";
            case EmptyFrameException _ -> "empty";
            case MetadataAlreadyWrittenException _ -> "metadata-exists";
            case MetadataTooLargeException _ -> "metadata-too-large";
            case PeerGoneException gone -> gone.role() == Role.READER ? "reader-dead" : "writer-dead";
            case ServerGoneException _ -> "server-dead";
            case SequenceGapException _ -> "sequence";
            case IncompatibleVersionException _ -> "version";
            case CorruptBufferException _ -> "corrupt";
            case NoSpaceException _ -> "no-space";
            case NoPermissionException _ -> "permission";
            case TooManyOpenFilesException _ -> "descriptors";
            case BufferClosedException _ -> "closed";
            case FrameReleasedException _ -> "closed";
            default -> "other";
        };
    }

    private static String oneLine(RuntimeException thrown) {
        return (thrown.getClass().getSimpleName() + ": " + thrown.getMessage()).replaceAll("\\s+", " ");
    }
}

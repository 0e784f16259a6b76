package io.zerobuffer.internal.friends;

import io.zerobuffer.Claim;
import io.zerobuffer.Reader;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.internal.memory.ClaimTarget;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;

/**
 * What this library's other packages may do with the types of its API, and users may not: a method that is of no use to
 * them would be one more to read. The package of the API provides it when its {@link Reader} is initialised.
 */
public abstract class Friends {
    private static volatile Friends provided;

    /** Is called once, by the API. */
    public static void provide(Friends friends) {
        provided = friends;
    }

    public static Friends ofTheApi() {
        if (provided == null) {
            try {
                MethodHandles.lookup().ensureInitialized(Reader.class);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return provided;
    }

    /**
     * The process id of a reader's writer as that stored it, 0 for none: one load. Any thread may ask.
     */
    public abstract long writerPid(Reader reader);

    /** Whether the reader's writer is one of this library. Any thread may ask. */
    public abstract boolean isWriterOfThisLibrary(Reader reader);

    /** Whether frames of this reader may be released by any thread. */
    public abstract boolean releasesFromAnyThread(Reader reader);

    /**
     * Makes a buffer what a new one would be to the next writer, if there is none now: takes away what metadata the
     * last one left, and has the next one number its frames from 1. Frames that are not read stay. For the thread that
     * reads.
     *
     * @param gonePid a writer that is known to be gone: its process id is taken away, too; 0 for none
     * @return false, and nothing is done, if a writer is connected, just connecting or just leaving
     */
    public abstract boolean forgetWriter(Reader reader, long gonePid);

    /**
     * Has a writer connect to a buffer of this process only; one of another counts as not there, and connecting leaves
     * no trace in it.
     *
     * @param pid as the reader stores it, which is its id in its own PID namespace
     */
    public abstract WriterConfig ofReader(WriterConfig config, long pid);

    /**
     * Whether the writer's reader is known to live and has not closed: not one whose life cannot be told. Any thread
     * may ask.
     */
    public abstract boolean isReaderKnownToLive(Writer writer);

    /**
     * A claim in memory outside of the ring.
     *
     * @param size of the claim in bytes; it begins where the target's memory does
     */
    public abstract Claim claim(Writer writer, ClaimTarget target, long size);

    /** Has such a claim filled, and commits it: see {@link io.zerobuffer.FrameSink#write(long, Consumer)}. */
    public abstract long fill(Writer writer, ClaimTarget target, long size, Consumer<? super Claim> filler);

    /** The exception for access to memory of a writer that is closed, or gone. */
    public abstract RuntimeException explained(Writer writer, Throwable failure);
}

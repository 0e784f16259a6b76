package io.zerobuffer;

import io.zerobuffer.internal.friends.Friends;
import io.zerobuffer.internal.memory.ClaimTarget;
import java.util.function.Consumer;

/** Calls what only this package can. */
final class ApiFriends extends Friends {
    @Override
    public long writerPid(Reader reader) {
        return reader.writerPid();
    }

    @Override
    public boolean isWriterOfThisLibrary(Reader reader) {
        return reader.isWriterOfThisLibrary();
    }

    @Override
    public boolean releasesFromAnyThread(Reader reader) {
        return reader.releasesFromAnyThread();
    }

    @Override
    public boolean forgetWriter(Reader reader, long gonePid) {
        return reader.forgetWriter(gonePid);
    }

    @Override
    public WriterConfig ofReader(WriterConfig config, long pid) {
        return config.ofReader(pid);
    }

    @Override
    public boolean isReaderKnownToLive(Writer writer) {
        return writer.isReaderKnownToLive();
    }

    @Override
    public Claim claim(Writer writer, ClaimTarget target, long size) {
        return new Claim(writer, target).open(0, size);
    }

    @Override
    public long fill(Writer writer, ClaimTarget target, long size, Consumer<? super Claim> filler) {
        return Claim.fill(new Claim(writer, target).open(0, size), filler);
    }

    @Override
    public RuntimeException explained(Writer writer, Throwable failure) {
        return writer.explained(failure);
    }
}

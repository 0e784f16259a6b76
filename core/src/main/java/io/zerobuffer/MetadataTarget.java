package io.zerobuffer;

import io.zerobuffer.errors.MetadataAlreadyWrittenException;
import io.zerobuffer.internal.memory.ClaimTarget;
import io.zerobuffer.internal.memory.CopyRoute;
import io.zerobuffer.internal.memory.Mapping;
import io.zerobuffer.internal.peer.ReaderLink;
import io.zerobuffer.internal.wire.MetadataBlock;
import java.lang.foreign.MemorySegment;

/** The claim that a filler of metadata has. */
final class MetadataTarget implements ClaimTarget {
    private final Writer writer;
    private final ReaderLink link;

    MetadataTarget(Writer writer, ReaderLink link) {
        this.writer = writer;
        this.link = link;
    }

    void requireNone() {
        long present;
        try {
            present = MetadataBlock.contentSize(writer.name(), link.segment(), link.layout());
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
        if (present != MetadataBlock.NONE) {
            throw new MetadataAlreadyWrittenException(writer.name(), present);
        }
    }

    @Override
    public MemorySegment segment() {
        return link.segment();
    }

    @Override
    public Mapping mapping() {
        return link.mapping();
    }

    @Override
    public CopyRoute route() {
        return writer.copyRoute();
    }

    @Override
    public long commit(long size) {
        // The filler may have written others.
        requireNone();
        try {
            MetadataBlock.publishRelease(link.segment(), link.layout(), size);
        } catch (IllegalStateException | InternalError failure) {
            throw explained(failure);
        }
        return 0;
    }

    @Override
    public void abort() {}

    @Override
    public RuntimeException explained(Throwable failure) {
        return writer.explained(failure);
    }
}

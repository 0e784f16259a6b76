package io.zerobuffer.stress.fuzz;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.MetadataBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.ValueLayout;

/**
 * Both sides at a metadata block of any content; the steps are those of {@link io.zerobuffer.Reader#metadata} and
 * {@link io.zerobuffer.Writer#writeMetadata}.
 */
public final class MetadataTarget {
    private final Input input;
    private final Ring ring;

    private MetadataTarget(Input input) {
        this.input = input;
        this.ring = Ring.empty(input);
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        new MetadataTarget(new Input(bytes)).play();
    }

    private void play() {
        while (!input.isUsedUp()) {
            switch (input.unsignedByte() % 3) {
                case 0 -> ring.mutateMetadata(input);
                case 1 -> read();
                default -> write();
            }
        }
    }

    /** The size of the content, or NONE; a refusal counts as content, because no writer may replace it. */
    private long read() {
        ring.remember();
        long size;
        try {
            size = MetadataBlock.contentSize(Ring.NAME, ring.segment, ring.layout);
        } catch (CorruptBufferException refused) {
            size = 0;
        }
        ring.requireUnchanged("reading metadata");
        if (size < MetadataBlock.NONE || size > Math.max(0, MetadataBlock.maxContentSize(ring.layout))) {
            throw new AssertionError(size + " bytes of metadata in " + ring.layout);
        }
        if (size > 0) {
            ring.segment.asSlice(MetadataBlock.CONTENT_OFFSET, size).toArray(ValueLayout.JAVA_BYTE);
        }
        return size;
    }

    private void write() {
        long size = input.between(0, ring.layout.metadataSize());
        if (read() != MetadataBlock.NONE || size > MetadataBlock.maxContentSize(ring.layout)) {
            return;
        }
        ring.segment.asSlice(MetadataBlock.CONTENT_OFFSET, size).fill((byte) 1);
        MetadataBlock.publishRelease(ring.segment, ring.layout, size);
        ring.requireUnchangedExcept(
                "writing metadata",
                HeaderBlock.METADATA_FREE_BYTES_OFFSET,
                HeaderBlock.PAYLOAD_SIZE_OFFSET,
                SegmentLayout.METADATA_OFFSET,
                MetadataBlock.CONTENT_OFFSET + size);
        long found = read();
        if (found != size) {
            throw new AssertionError(size + " bytes of metadata were written, " + found + " are found");
        }
    }
}

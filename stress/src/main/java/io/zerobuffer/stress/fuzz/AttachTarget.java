package io.zerobuffer.stress.fuzz;

import static io.zerobuffer.stress.fuzz.Ring.FIELDS;
import static io.zerobuffer.stress.fuzz.Ring.FIELDS_END;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.IncompatibleVersionException;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;

/**
 * A writer that attaches to a ring of any content, then claims, commits and is succeeded while the content goes on
 * changing.
 */
public final class AttachTarget {
    private final Input input;
    private final Ring ring;
    private RingWriter writer;

    private AttachTarget(Input input) {
        this.input = input;
        this.ring = Ring.empty(input);
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        new AttachTarget(new Input(bytes)).play();
    }

    private void play() {
        if (input.flag()) {
            ring.mutateHeaderBlock(input);
        }
        for (int mutations = input.unsignedByte() & 7; mutations > 0; mutations--) {
            ring.mutateField(input);
        }
        for (int mutations = input.unsignedByte() & 15; mutations > 0; mutations--) {
            ring.mutateRing(input);
        }
        boolean attached = attach();
        while (attached && !input.isUsedUp()) {
            switch (input.unsignedByte() % 6) {
                case 0 -> ring.mutateField(input);
                case 1 -> ring.mutateRing(input);
                case 2 -> attached = attach();
                case 3 -> countUnread();
                default -> claim();
            }
        }
    }

    private boolean attach() {
        ring.remember();
        try {
            SegmentLayout layout = SegmentLayout.read(Ring.NAME, ring.segment);
            if (!layout.equals(ring.layout)) {
                // Other sizes are another ring, for which the mutations here were not made.
                new RingWriter(new RingMemory(Ring.NAME, ring.segment, layout));
                ring.requireUnchangedExcept(
                        "attaching", FIELDS, FIELDS_END, layout.payloadOffset(), layout.blocksSize());
                return false;
            }
            writer = new RingWriter(new RingMemory(Ring.NAME, ring.segment, layout));
        } catch (CorruptBufferException | IncompatibleVersionException refused) {
            ring.requireUnchanged("attaching, refused with '" + refused.getMessage() + "',");
            return false;
        }
        ring.requireUnchangedExcept(
                "attaching",
                FIELDS,
                HeaderBlock.PAYLOAD_READ_POS_OFFSET,
                HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET,
                HeaderBlock.PAYLOAD_READ_COUNT_OFFSET,
                ring.layout.payloadOffset(),
                ring.layout.blocksSize());
        return true;
    }

    private void countUnread() {
        ring.remember();
        try {
            long frames = writer.unreadFrames();
            // What was changed may look like frames on two laps.
            if (frames < 0 || frames > 2 * ring.layout.payloadSize() / (FrameHeader.SIZE + 1)) {
                throw new AssertionError(frames + " unread frames in " + ring.layout);
            }
        } catch (CorruptBufferException impossible) {
            // What the fields say after they were changed need not be possible.
        }
        ring.requireUnchanged("counting the unread frames");
    }

    private void claim() {
        long size = input.between(1, ring.layout.maxFrameSize());
        long at = claim(size);
        if (at == RingWriter.NO_ROOM) {
            return;
        }
        input.fill(ring.segment.asSlice(at, size));
        switch (input.unsignedByte() % 4) {
            case 0 -> {
                ring.remember();
                writer.abort();
                ring.requireUnchanged("an abort");
            }
            case 1 -> {
                ring.mutateField(input);
                commit(at + size);
            }
            default -> commit(at + size);
        }
    }

    private long claim(long size) {
        ring.remember();
        try {
            long at = writer.claim(size);
            if (at == RingWriter.NO_ROOM) {
                ring.requireUnchanged("a claim without room");
            } else if (!ring.holdsFrame(at, size)) {
                throw new AssertionError(size + " bytes claimed at " + at + " are not in the ring of " + ring.layout);
            }
            // Over the start of the ring a claim leaves a note.
            ring.requireUnchangedExcept(
                    "a claim", ring.layout.payloadOffset(), ring.layout.payloadOffset() + FrameHeader.SIZE);
            return at;
        } catch (CorruptBufferException refused) {
            ring.requireUnchanged("a claim refused");
            return RingWriter.NO_ROOM;
        }
    }

    private void commit(long end) {
        ring.remember();
        writer.commit();
        ring.requireUnchangedExcept(
                "a commit",
                FIELDS,
                HeaderBlock.PAYLOAD_READ_COUNT_OFFSET,
                ring.layout.payloadOffset(),
                ring.layout.blocksSize());
        long position = HeaderBlock.payloadWritePositionAcquire(ring.segment, 0);
        if (position != end - ring.layout.payloadOffset()) {
            throw new AssertionError("payload_write_pos is " + position + " after a commit up to "
                    + (end - ring.layout.payloadOffset()));
        }
    }
}

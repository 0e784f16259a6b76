package io.zerobuffer.stress.fuzz;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader that takes, holds and releases frames of a ring whose content changes in any way between its steps; now and
 * then a proper writer writes one.
 */
public final class TakeTarget {
    private static final byte[] SCRATCH = new byte[1 << 10];

    private final Input input;
    private final Ring ring;
    private final RingReader reader;
    private final List<Taken> taken = new ArrayList<>();
    private long lastSequence;

    private static final class Taken {
        final long ticket;
        final long offset;
        final long size;
        boolean isReleased;

        Taken(long ticket, long offset, long size) {
            this.ticket = ticket;
            this.offset = offset;
            this.size = size;
        }
    }

    private TakeTarget(Input input) {
        this.input = input;
        this.ring = Ring.empty(input);
        this.reader = new RingReader(new RingMemory(Ring.NAME, ring.segment, ring.layout));
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        new TakeTarget(new Input(bytes)).play();
    }

    private void play() {
        while (!input.isUsedUp()) {
            switch (input.unsignedByte() % 10) {
                case 0, 1 -> ring.mutateField(input);
                case 2 -> ring.mutateRing(input);
                case 3, 4 -> write();
                case 5, 6 -> take();
                case 7 -> release();
                case 8 -> freeUncommitted();
                default -> latest();
            }
        }
    }

    private void write() {
        try {
            RingWriter writer = new RingWriter(new RingMemory(Ring.NAME, ring.segment, ring.layout));
            if (writer.claim(input.between(1, ring.layout.maxFrameSize())) != RingWriter.NO_ROOM) {
                writer.commit();
            }
        } catch (CorruptBufferException refused) {
            // The writer's part is the attach target's.
        }
    }

    private boolean take() {
        ring.remember();
        long ticket;
        try {
            ticket = reader.take();
        } catch (CorruptBufferException | SequenceGapException refused) {
            ring.requireUnchanged("a take, refused with '" + refused.getMessage() + "',");
            return false;
        }
        if (ticket == RingReader.NOTHING) {
            ring.requireUnchanged("a take of nothing");
            return false;
        }
        ring.requireUnchangedExcept(
                "a take",
                HeaderBlock.PAYLOAD_READ_POS_OFFSET,
                HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET,
                HeaderBlock.PAYLOAD_READ_COUNT_OFFSET,
                HeaderBlock.WRITER_PID_OFFSET);
        Taken frame = new Taken(ticket, reader.frameOffset(), reader.frameSize());
        if (!ring.holdsFrame(frame.offset, frame.size)) {
            throw new AssertionError(
                    frame.size + " bytes taken at " + frame.offset + " are not in the ring of " + ring.layout);
        }
        if (reader.frameSequence() != lastSequence + 1 && reader.frameSequence() != 1) {
            throw new AssertionError("frame " + reader.frameSequence() + " taken behind frame " + lastSequence);
        }
        lastSequence = reader.frameSequence();
        taken.add(frame);
        requireSpaceForWhatIsHeld();
        MemorySegment.copy(ring.segment, ValueLayout.JAVA_BYTE, frame.offset, SCRATCH, 0, (int) frame.size);
        return true;
    }

    /** No frame's space may be given back before it, so together they never exceed the ring. */
    private void requireSpaceForWhatIsHeld() {
        long held = 0;
        for (Taken frame : taken) {
            held += FrameHeader.SIZE + frame.size;
        }
        if (held > ring.layout.payloadSize()) {
            throw new AssertionError(held + " bytes are held of " + ring.layout);
        }
    }

    private void release() {
        List<Taken> held = taken.stream().filter(frame -> !frame.isReleased).toList();
        if (!held.isEmpty()) {
            release(held.get((int) input.between(0, held.size() - 1)));
        }
    }

    private void release(Taken frame) {
        ring.remember();
        int frames = reader.release(frame.ticket);
        ring.requireUnchangedExcept(
                "a release", HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET, HeaderBlock.PAYLOAD_WRITE_POS_OFFSET);
        frame.isReleased = true;
        int expected = 0;
        while (!taken.isEmpty() && taken.getFirst().isReleased) {
            taken.removeFirst();
            expected++;
        }
        if (frames != expected) {
            throw new AssertionError("a release gave " + frames + " frames back instead of " + expected);
        }
    }

    private void freeUncommitted() {
        ring.remember();
        boolean[] mutated = new boolean[1];
        reader.freeUncommitted(() -> {
            if (input.flag()) {
                ring.mutateField(input);
                mutated[0] = true;
            }
            return input.flag();
        });
        if (!mutated[0]) {
            ring.requireUnchangedExcept(
                    "forgetting a commit",
                    HeaderBlock.PAYLOAD_FREE_BYTES_OFFSET,
                    HeaderBlock.PAYLOAD_WRITE_POS_OFFSET,
                    HeaderBlock.PAYLOAD_READ_POS_OFFSET,
                    HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET);
        }
    }

    /** As {@link io.zerobuffer.Reader#latest} does: in a ring that nobody changes any more it comes to an end. */
    private void latest() {
        for (long frames = 0; take(); frames++) {
            if (frames > ring.layout.payloadSize()) {
                throw new AssertionError("a ring of " + ring.layout + " has no last frame");
            }
            if (taken.size() > 1 && !taken.get(taken.size() - 2).isReleased) {
                release(taken.get(taken.size() - 2));
            }
        }
    }
}

package io.zerobuffer.stress.fuzz;

import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writer and reader of good will against the simplest queue there is: every frame comes once, in order, intact, stays
 * intact while it is held, and the sequence outlives its writers, however sizes, aborted claims and successors are
 * mixed around the end of the ring.
 */
public final class QueueTarget {
    private final Input input;
    private final Ring ring;
    private final RingReader reader;
    private RingWriter writer;

    private final Deque<Sent> unread = new ArrayDeque<>();
    private final List<Sent> held = new ArrayList<>();
    private long written;

    private static final class Sent {
        final byte[] content;
        final long sequence;
        long ticket;
        long offset;

        Sent(byte[] content, long sequence) {
            this.content = content;
            this.sequence = sequence;
        }
    }

    private QueueTarget(Input input) {
        this.input = input;
        this.ring = Ring.empty(input);
        this.reader = new RingReader(new RingMemory(Ring.NAME, ring.segment, ring.layout));
        this.writer = successor();
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        new QueueTarget(new Input(bytes)).play();
    }

    private void play() {
        while (!input.isUsedUp()) {
            switch (input.unsignedByte() % 8) {
                case 0, 1, 2 -> write();
                case 3, 4 -> take();
                case 5 -> release();
                case 6 -> writer = successor();
                default -> freeUncommitted();
            }
        }
        while (!unread.isEmpty()) {
            take();
        }
        while (!held.isEmpty()) {
            release();
        }
        requireEqual(
                "payload_free_bytes of a drained ring",
                ring.layout.payloadSize(),
                HeaderBlock.payloadFreeBytesAcquire(ring.segment, 0));
        requireEqual("what is taken from a drained ring", RingReader.NOTHING, reader.take());
    }

    private void write() {
        long size = input.between(1, ring.layout.maxFrameSize());
        boolean isDrained = unread.isEmpty() && held.isEmpty();
        long at = writer.claim(size);
        if (at == RingWriter.NO_ROOM) {
            if (isDrained) {
                throw new AssertionError("no room for " + size + " bytes in a drained ring of " + ring.layout);
            }
            return;
        }
        byte[] content = content(size);
        MemorySegment.copy(content, 0, ring.segment, ValueLayout.JAVA_BYTE, at, content.length);
        switch (input.unsignedByte() % 4) {
            case 0 -> writer.abort();
            // The writer dies with its claim open.
            case 1 -> writer = successor();
            default -> {
                requireEqual("sequence number of a commit", ++written, writer.commit());
                unread.add(new Sent(content, written));
            }
        }
    }

    /** What looks like frames is what a writer's successor might take for some. */
    private byte[] content(long size) {
        byte[] content = new byte[(int) size];
        MemorySegment bytes = MemorySegment.ofArray(content);
        bytes.fill((byte) (written + 1));
        if (input.flag()) {
            input.fill(bytes);
        } else if (size >= FrameHeader.SIZE) {
            FrameHeader.write(
                    bytes,
                    input.between(0, size - FrameHeader.SIZE),
                    input.between(0, ring.layout.payloadSize()),
                    input.between(0, written + 2));
        }
        return content;
    }

    private RingWriter successor() {
        RingWriter next = new RingWriter(new RingMemory(Ring.NAME, ring.segment, ring.layout));
        // A ring full of held frames looks like one full of unread ones.
        if (!unread.isEmpty() || HeaderBlock.payloadFreeBytesAcquire(ring.segment, 0) > 0) {
            requireEqual("unread frames as a writer counts them", unread.size(), next.unreadFrames());
        }
        return next;
    }

    private void take() {
        long ticket = reader.take();
        if (unread.isEmpty()) {
            requireEqual("what is taken when all was read", RingReader.NOTHING, ticket);
            return;
        }
        if (ticket == RingReader.NOTHING) {
            throw new AssertionError("frame " + unread.getFirst().sequence + " does not come");
        }
        Sent frame = unread.removeFirst();
        requireEqual("sequence number of a frame", frame.sequence, reader.frameSequence());
        requireEqual("size of frame " + frame.sequence, frame.content.length, reader.frameSize());
        frame.ticket = ticket;
        frame.offset = reader.frameOffset();
        held.add(frame);
        requireIntact(frame);
    }

    private void release() {
        if (!held.isEmpty()) {
            Sent frame = held.remove((int) input.between(0, held.size() - 1));
            requireIntact(frame);
            reader.release(frame.ticket);
        }
    }

    private void freeUncommitted() {
        ring.remember();
        reader.freeUncommitted(() -> true);
        // Without anything unread the reader may move to where the writer is.
        ring.requireUnchangedExcept(
                "forgetting a commit that never was",
                HeaderBlock.PAYLOAD_READ_POS_OFFSET,
                HeaderBlock.PAYLOAD_WRITTEN_COUNT_OFFSET);
    }

    private void requireIntact(Sent frame) {
        long end = frame.offset + frame.content.length;
        if (MemorySegment.mismatch(
                        ring.segment, frame.offset, end, MemorySegment.ofArray(frame.content), 0, frame.content.length)
                != -1) {
            throw new AssertionError("frame " + frame.sequence + " is damaged");
        }
    }

    private static void requireEqual(String what, long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError(what + " is " + actual + ", not " + expected);
        }
    }
}

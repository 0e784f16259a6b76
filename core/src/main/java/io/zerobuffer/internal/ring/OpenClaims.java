package io.zerobuffer.internal.ring;

import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;

/**
 * Claims that are open at once. They lie in the ring in the order in which they were made, and are published in that
 * order: one that is committed waits until all before it are committed or aborted.
 *
 * <p>A claim stores nothing that any peer looks at, and each frame is published by a commit of its own: so a writer
 * that dies leaves what it would have left with a single claim.
 *
 * <p>Frames must follow one another without a gap. Where a claim was aborted, or less was committed than claimed,
 * <em>while others were open behind it</em>, those are moved to where the frame before them ended, each when it is
 * published: one copy of what it holds. What lies between is out of use until no claim is open, or the ring wraps.
 * Aborting the newest claim, or committing less of it, costs nothing (docs/decisions/0018).
 *
 * <p>Not thread-safe. Positions and sizes are in bytes.
 */
public final class OpenClaims {
    private static final int INITIAL_SLOTS = 4;

    private final RingWriter ring;
    private final RingMemory memory;

    /** By ticket modulo length; used again and again. */
    private Slot[] slots = newSlots(INITIAL_SLOTS);

    private long oldest;
    private long next;

    /** From the end of the last frame to the end of the newest claim, what wraps skip included. */
    private long claimed;

    private long publishedBytes;

    /** Whether a claim that was aborted was the one for which the ring wraps, or is rewound: then the next one is. */
    private boolean wraps;

    private boolean rewinds;

    OpenClaims(RingWriter ring, RingMemory memory) {
        this.ring = ring;
        this.memory = memory;
    }

    /**
     * Claims room for a frame behind those that are open.
     *
     * @param size 1 to {@link SegmentLayout#maxFrameSize()}; the caller checks
     * @return the ticket to commit or abort it with, or {@link RingWriter#NO_ROOM}: the reader must first release
     *     frames, or claims that are open be committed or aborted
     */
    public long claim(long size) {
        assert size > 0 && size <= memory.capacity - FrameHeader.SIZE : size;
        long total = FrameHeader.SIZE + size;
        long from = isEmpty() ? ring.writePosition() : newest().end();
        Placement place = ring.placeBehind(total, from, claimed);
        if (place == null) {
            return RingWriter.NO_ROOM;
        }
        if (place.position() != 0 && hasStart()) {
            // The note there may lead to frames that this claim destroys, because more were published since.
            ring.noteSequence();
        }
        if (next - oldest == slots.length) {
            grow();
        }
        long ticket = next++;
        Slot slot = slot(ticket);
        slot.state = State.OPEN;
        slot.position = place.position();
        slot.waste = place.waste();
        slot.rewinds = place.rewinds();
        slot.wraps = slot.position == 0 && from != 0 && !slot.rewinds;
        slot.total = total;
        slot.room = total;
        claimed += slot.waste + total;
        return ticket;
    }

    /** The offset in the segment of the first byte of a claim that is open. */
    public long offset(long ticket) {
        return memory.payloadOffset + open(ticket).position + FrameHeader.SIZE;
    }

    /**
     * Commits a claim, and publishes it and those behind it that only waited for it, if none before it is open. Nobody
     * may store into it from now on.
     *
     * @param size 1 to what was claimed; the caller checks
     * @return how many frames this published: the caller posts the write semaphore that often. The last of them has
     *     {@link RingWriter#lastSequence}
     */
    public int commit(long ticket, long size) {
        Slot slot = open(ticket);
        assert size > 0 && size <= slot.total - FrameHeader.SIZE : size;
        slot.total = FrameHeader.SIZE + size;
        slot.state = State.COMMITTED;
        return settle();
    }

    /**
     * Gives a claim up. Nobody may store into it from now on.
     *
     * @return how many frames this published, as {@link #commit}: those that only waited for this claim
     */
    public int abort(long ticket) {
        open(ticket).state = State.ABORTED;
        return settle();
    }

    /** Claims that are neither published nor aborted: open ones, and what waits for them. */
    public long count() {
        long count = 0;
        for (long ticket = oldest; ticket < next; ticket++) {
            count += slot(ticket).state == State.ABORTED ? 0 : 1;
        }
        return count;
    }

    /** Bytes of the frames published so far, without their headers. */
    public long publishedBytes() {
        return publishedBytes;
    }

    boolean isEmpty() {
        return oldest == next;
    }

    /**
     * Whether the start of the ring is claimed, or will be by the next claim that is published. A rewind does not
     * count: nothing is published between its note and itself.
     */
    private boolean hasStart() {
        boolean has = wraps;
        for (long ticket = oldest; ticket < next; ticket++) {
            has |= slot(ticket).position == 0;
        }
        return has;
    }

    private int settle() {
        freeEnd();
        int frames = 0;
        while (!isEmpty() && slot(oldest).state != State.OPEN) {
            Slot slot = slot(oldest++);
            wraps |= slot.wraps;
            rewinds |= slot.rewinds;
            if (slot.state == State.COMMITTED) {
                publish(slot);
                frames++;
            }
        }
        if (isEmpty()) {
            claimed = 0;
            wraps = false;
            rewinds = false;
        } else {
            ring.blockClaims();
        }
        return frames;
    }

    /** Frees what nobody is behind: of the newest claim what it does not need, and all of one that is aborted. */
    private void freeEnd() {
        while (!isEmpty() && newest().state == State.ABORTED) {
            claimed -= newest().waste + newest().room;
            next--;
        }
        if (!isEmpty()) {
            claimed -= newest().room - newest().total;
            newest().room = newest().total;
        }
    }

    private void publish(Slot slot) {
        long from = ring.writePosition();
        long position = wraps || rewinds ? 0 : from;
        long waste = wraps ? memory.capacity - from : 0;
        if (position == 0) {
            // Of the note that the claim left, a death in the middle of a header leaves the number alone.
            ring.noteSequence();
        }
        if (position != slot.position) {
            long size = slot.total - FrameHeader.SIZE;
            MemorySegment.copy(memory.segment, content(slot.position), memory.segment, content(position), size);
        }
        ring.publishAt(position, waste, rewinds, slot.total);
        claimed -= waste + slot.total;
        publishedBytes += slot.total - FrameHeader.SIZE;
        wraps = false;
        rewinds = false;
    }

    private long content(long position) {
        return memory.payloadOffset + position + FrameHeader.SIZE;
    }

    private Slot open(long ticket) {
        Slot slot = slot(ticket);
        assert ticket >= oldest && ticket < next && slot.state == State.OPEN : ticket;
        return slot;
    }

    private Slot newest() {
        return slot(next - 1);
    }

    private Slot slot(long ticket) {
        return slots[(int) (ticket & (slots.length - 1))];
    }

    private void grow() {
        Slot[] more = newSlots(slots.length * 2);
        for (long ticket = oldest; ticket < next; ticket++) {
            more[(int) (ticket & (more.length - 1))] = slot(ticket);
        }
        slots = more;
    }

    private static Slot[] newSlots(int count) {
        Slot[] slots = new Slot[count];
        for (int i = 0; i < count; i++) {
            slots[i] = new Slot();
        }
        return slots;
    }

    private enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    private static final class Slot {
        State state = State.ABORTED;
        long position;
        /** What is skipped at the end of the ring in front of it, as it was claimed. */
        long waste;
        /** Whether the ring wraps for it, or is rewound. */
        boolean wraps;

        boolean rewinds;

        /** Of the frame, header included, and what was claimed for it. */
        long total;

        long room;

        long end() {
            return position + room;
        }
    }
}

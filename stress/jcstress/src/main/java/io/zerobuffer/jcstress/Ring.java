package io.zerobuffer.jcstress;

import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.internal.ring.RingMemory;
import io.zerobuffer.internal.ring.RingReader;
import io.zerobuffer.internal.ring.RingWriter;
import io.zerobuffer.internal.wire.FrameHeader;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.internal.wire.SegmentLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A small ring under its two halves, one for each actor. Every byte of a frame tells its number and size. */
final class Ring {
    static final long CAPACITY = 256;
    static final long LARGEST = CAPACITY - FrameHeader.SIZE;

    /** What a look at the ring finds besides frames; the words of the outcomes. */
    static final String NOTHING = "nothing";

    static final String TORN = "torn";
    static final String CORRUPT = "corrupt";
    static final String GAP = "gap";

    static final String WRITTEN = "written";
    static final String NO_ROOM = "no room";
    static final String INTACT = "intact";
    static final String OVERWRITTEN = "overwritten";

    private static final SegmentLayout LAYOUT = new SegmentLayout(0, CAPACITY);
    private static final String[] FRAMES = {"frame 0", "frame 1", "frame 2", "frame 3"};

    /**
     * How often an actor looks for a frame, or for room, before it gives up: without a token, so at any moment of what
     * the other one does. Often enough that the two keep step, so that they meet in most states.
     */
    private static final int LOOKS = 1000;

    /** Only to vary the states; that two threads may see one value does not matter. */
    private static int rings;

    final MemorySegment segment = Memory.ofThisThread().allocate(LAYOUT.segmentSize());
    final RingReader reader;
    RingWriter writer;

    /** Frames before those of the actors. */
    private long before;

    /** Frames whose content was begun. */
    private long begun;

    /** Of the frame taken last. */
    private long ticket;

    Ring() {
        HeaderBlock.initialise(segment, LAYOUT);
        reader = new RingReader(new RingMemory("jcstress", segment, LAYOUT));
        attach();
    }

    /**
     * A drained ring that frames of odd sizes went through: at any position, headers across cache lines, over the
     * remains of earlier laps.
     */
    static Ring used() {
        Ring ring = new Ring();
        for (int frames = rings++ & 31; frames > 0; frames--) {
            ring.pass(23 + (frames & 4));
        }
        return ring;
    }

    /** A drained ring whose positions are these. */
    static Ring drainedAt(long position) {
        Ring ring = new Ring();
        ring.pass(position - FrameHeader.SIZE);
        return ring;
    }

    /** A writer, or the successor of the one before. */
    void attach() {
        writer = new RingWriter(new RingMemory("jcstress", segment, LAYOUT));
    }

    /** A frame written, taken and released, which is none of the actors'. */
    void pass(long size) {
        write(size);
        reader.release(reader.take());
        before++;
    }

    /** A frame written and taken, which is none of the actors'. */
    Held hold(long size) {
        write(size);
        before++;
        return new Held(reader.take(), reader.frameOffset(), size, reader.frameSequence());
    }

    String write(long size) {
        for (int look = 0; look < LOOKS; look++) {
            long at = writer.claim(size);
            if (at != RingWriter.NO_ROOM) {
                fill(at, size);
                writer.commit();
                return WRITTEN;
            }
        }
        return NO_ROOM;
    }

    void giveUp(long size) {
        fill(writer.claim(size), size);
        begun--;
        writer.abort();
    }

    /** Fills a claim with what the next frame holds; answers its number. */
    long fill(long at, long size) {
        long sequence = ++begun;
        segment.asSlice(at, size).fill(content(sequence, size));
        return sequence;
    }

    /**
     * A frame in whose commit the writer dies before the header is final, and after write_pos and count were stored.
     */
    void dieBeforeFinalHeader(long size) {
        long at = writer.claim(size);
        long sequence = fill(at, size);
        writer.commit();
        FrameHeader.writePending(segment, at - FrameHeader.SIZE, size, sequence);
    }

    /**
     * A frame in whose commit the writer dies right after it took the space; it never was one. Without a successor, the
     * writer goes on as a foreign one.
     */
    void dieBeforeWritePosition(long size, boolean rewinds) {
        long total = FrameHeader.SIZE + size;
        long taken = rewinds ? total : writer.requiredBytes(size);
        long at = writer.claim(size);
        FrameHeader.writePending(segment, at - FrameHeader.SIZE, size, begun + 1);
        if (taken - total >= FrameHeader.SIZE) {
            FrameHeader.writeWrapMarker(
                    segment, LAYOUT.payloadOffset() + HeaderBlock.payloadWritePositionAcquire(segment, 0));
        }
        if (rewinds) {
            HeaderBlock.payloadReadPositionRelease(segment, 0, 0);
        }
        HeaderBlock.addPayloadFreeBytesVolatile(segment, 0, -taken);
    }

    String takeAndRelease() {
        String found = take();
        if (found != NOTHING) {
            reader.release(ticket);
        }
        return found;
    }

    /** How much of the ring payload_free_bytes says to be free. */
    String free() {
        long free = HeaderBlock.payloadFreeBytesAcquire(segment, 0);
        return free == CAPACITY ? "all" : free < CAPACITY ? "some" : "too much";
    }

    static String allIntact(Held... frames) {
        for (Held frame : frames) {
            if (!frame.isIntact()) {
                return OVERWRITTEN;
            }
        }
        return INTACT;
    }

    String take() {
        for (int look = 0; look < LOOKS; look++) {
            String found = look();
            if (found != NOTHING) {
                return found;
            }
        }
        return NOTHING;
    }

    /** What is left to take. */
    String rest() {
        String first = look();
        String second = first == NOTHING ? NOTHING : look();
        return second == NOTHING ? first : first + " " + second;
    }

    private String look() {
        try {
            ticket = reader.take();
            return ticket == RingReader.NOTHING
                    ? NOTHING
                    : check(reader.frameOffset(), reader.frameSize(), reader.frameSequence());
        } catch (CorruptBufferException e) {
            return CORRUPT;
        } catch (SequenceGapException e) {
            return GAP;
        }
    }

    private String check(long at, long size, long sequence) {
        return isIntact(at, size, sequence) ? FRAMES[(int) (sequence - before)] : TORN;
    }

    private boolean isIntact(long at, long size, long sequence) {
        byte content = content(sequence, size);
        for (long i = 0; i < size; i++) {
            if (segment.get(ValueLayout.JAVA_BYTE, at + i) != content) {
                return false;
            }
        }
        return true;
    }

    private static byte content(long sequence, long size) {
        return (byte) (sequence * 31 + size);
    }

    /** A taken frame. */
    final class Held {
        private final long ticket;
        private final long at;
        private final long size;
        private final long sequence;

        private Held(long ticket, long at, long size, long sequence) {
            this.ticket = ticket;
            this.at = at;
            this.size = size;
            this.sequence = sequence;
        }

        boolean isIntact() {
            return Ring.this.isIntact(at, size, sequence);
        }

        void release() {
            reader.release(ticket);
        }
    }
}

/*
 * The ring of ZeroBuffer v1: one reader, one writer after another, two semaphores, and a death between any two stores.
 * Section numbers are those of docs/protocol.md.
 *
 * One unit stands for 8 bytes or so: a header is two units, its size and its sequence number, hence a tail of one unit is a "short tail".
 * Every access to shared memory is one step of its own; what happens in local variables between two of them belongs to the step before.
 * Ring cells are stored by writers only, so several cells nobody may look at meanwhile (a payload) are one step, and so is a walk along frames.
 *
 * Parameters (-D): CAP units of the ring, MAXSIZE largest payload, FRAMES to commit, HOLD frames the reader keeps at most, CRASHES of writers,
 * CLOSES before the last frame, ABORTS of claims, HOSTILE payloads that look like headers, DEATH_REPORT (the reader reports a dead writer).
 *
 * Rules (-D, 0 is ours): each one replaces one rule of ours by what another implementation does (section 5).
 */

#ifndef CAP
#define CAP 8
#endif
#ifndef MAXSIZE
#define MAXSIZE (CAP - H)
#endif
#ifndef FRAMES
#define FRAMES 4
#endif
#ifndef HOLD
#define HOLD 2
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef CLOSES
#define CLOSES 0
#endif
#ifndef ABORTS
#define ABORTS 0
#endif
#ifndef HOSTILE
#define HOSTILE 0
#endif
#ifndef DEATH_REPORT
#define DEATH_REPORT 0
#endif

#ifdef CPP_WRITER
#define SHORT_TAIL_CROSSED 1
#define NO_REWIND 1
#define BEGIN_AT_1 1
#define SPACE_LAST 1
#define NO_GOODBYE 1
#define NO_RECOVERY 1
#endif
#ifdef CPP_READER
#define SHORT_TAIL_PARSED 1
#ifndef RELEASE_ORDER
#define RELEASE_ORDER 1
#endif
#define MARKER_FREED_AT_ONCE 1
#define TOKEN_IS_FRAME 1
#define STRICT_SEQUENCE 1
#define ZERO_AT_END 1
#endif

#ifndef SHORT_TAIL_CROSSED      /* writer: a frame may leave a tail without room for a marker, and the next one skips it */
#define SHORT_TAIL_CROSSED 0
#endif
#ifndef NO_REWIND               /* writer: a frame that fits neither before nor behind the end of a drained ring waits */
#define NO_REWIND 0
#endif
#ifndef BEGIN_AT_1              /* writer: a new one numbers its frames from 1 */
#define BEGIN_AT_1 0
#endif
#ifndef SPACE_LAST              /* writer: position and count first, space last, neither mark nor pending header; begins with 1 */
#define SPACE_LAST 0
#endif
#ifndef NO_GOODBYE              /* writer: closes without a token */
#define NO_GOODBYE 0
#endif
#ifndef NO_RECOVERY             /* writer: a successor neither finishes a commit nor posts for the dead */
#define NO_RECOVERY 0
#endif
#ifndef SHORT_TAIL_PARSED       /* reader: a tail without room for a header is parsed as one */
#define SHORT_TAIL_PARSED 0
#endif
#ifndef RELEASE_ORDER           /* reader: a frame's space is given back when that frame is released */
#define RELEASE_ORDER 0
#endif
#ifndef MARKER_FREED_AT_ONCE    /* reader: a marker's space is given back when the marker is crossed */
#define MARKER_FREED_AT_ONCE 0
#endif
#ifndef TOKEN_IS_FRAME          /* reader: a token announces a frame unless writer_pid is 0 and the counts agree */
#define TOKEN_IS_FRAME 0
#endif
#ifndef STRICT_SEQUENCE         /* reader: a writer that begins again at 1 is a gap */
#define STRICT_SEQUENCE 0
#endif
#ifndef ZERO_AT_END             /* reader: read_pos becomes 0 when a frame ends the ring */
#define ZERO_AT_END 0
#endif

/* Mistakes nobody makes, to see that the model would notice. */
#ifndef REWIND_EARLY            /* writer: rewinds as soon as the frame fits, drained or not */
#define REWIND_EARLY 0
#endif
#ifndef LOOK_THEN_EMPTY         /* writer: takes the old tokens off after it looked for space */
#define LOOK_THEN_EMPTY 0
#endif

/* Remedies: what ours would have to do, see README.md, "Found in ours". */
#ifdef REMEDIED
#ifndef PENDING_READ_AGAIN
#define PENDING_READ_AGAIN 1
#endif
#ifndef NOTE_IN_SEQUENCE
#define NOTE_IN_SEQUENCE 1
#endif
#ifndef MARKED_COUNTED
#define MARKED_COUNTED 1
#endif
#ifndef SKIP_EXCLUSIVE
#define SKIP_EXCLUSIVE 1
#endif
#ifndef UNREAD_EXACT
#define UNREAD_EXACT 1
#endif
#endif
#ifndef PENDING_READ_AGAIN      /* reader: a pending size without the mark is loaded once more before it is called corrupt */
#define PENDING_READ_AGAIN 0
#endif

#ifndef NOTE_IN_SEQUENCE        /* writer: the note of a claim at 0 is one store, of a sequence number with a bit that tells it is one */
#define NOTE_IN_SEQUENCE 0
#endif
#ifndef MARKED_COUNTED          /* writer: under the mark one more frame than written_count is plausible, and a frame already read is counted too */
#define MARKED_COUNTED 0
#endif
#ifndef SKIP_EXCLUSIVE          /* reader: what a dead writer left is skipped with its successor kept out, and never under the mark */
#define SKIP_EXCLUSIVE 0
#endif
#ifndef UNREAD_EXACT            /* writer: counting unread frames, 0 and the end are one place, and equal positions without free space are a whole lap */
#define UNREAD_EXACT 0
#endif

#define H 2                     /* units of a header */
#define PENDING 64              /* added to the size of a frame whose space is not taken yet (3.2) */
#define DATA 128                /* payload; as a size it is impossible */
#define MARKER 255              /* in lives: an unread wrap marker */

/* Shared memory (section 2). payload_free_bytes and its bit 62 are one word: they change in one step. */
byte cell[CAP];
byte free = CAP;
bit mark;
byte write_pos, read_pos, written_count, read_count;
byte writer_pid;
byte sem_w, sem_r;

/* The world: which writers there are. A dead one stays in writer_pid; one that closed may post its good-bye any time later (1.4). */
bit alive, kill, done;
byte crashes, closes, aborts, owed;

/* What is true, whatever the peers believe. Frames are numbered from 1 in the order in which their space was taken. */
byte lives[CAP];                /* the frame, unread or held, or the unread marker that a unit belongs to; 0: none */
byte ink[CAP];                  /* the frame whose payload was stored here last */
byte committed, seen;
byte place_of[FRAMES + 2], size_of[FRAMES + 2], marker_of[FRAMES + 2];
bit taking, looking, giving;    /* the reader: has a token in hand; believes there is a frame; has yet to give back what it removed */

/* The reader's queue, oldest first (4.2). */
byte queue, held;
byte ticket[HOLD], cost[HOLD];
bit released[HOLD];

/* What must hold. They are never set, so that a failed assertion tells its name. */
bit space_is_handed_out_once, access_is_inside_the_ring, frame_is_whole, frames_come_once_in_order, sequence_has_no_gap,
        sequence_is_continued, reader_finds_possible_values, rewind_only_when_drained, nothing_is_lost, bytes_are_conserved,
        recovered_ring_is_walkable;

#define require(condition, name) if :: (condition) :: else -> assert(name) fi

inline put(at, value) {
    require((at) < CAP, access_is_inside_the_ring);
    require(lives[at] == 0, space_is_handed_out_once);
    cell[at] = value
}

/* ---------------------------------------------------------------- the writer */

#define plausible(s) ((s) > 0 && (s) <= count + (MARKED_COUNTED && mark))
#define is_pending(size) ((size) >= PENDING && (size) < DATA)
#define usable_tail(tail) ((tail) == 0 || (tail) >= H)

/* Walks along frames; last becomes the number of the frame that ends exactly at `to`, or 0 (3.4). */
inline walk(from, to) {
    p = from; last = 0; ok = 1;
    do
    :: ok && p + H < to ->
        if
        :: cell[p] == 0 || cell[p] > to - p - H || !plausible(cell[p + 1]) || (last != 0 && cell[p + 1] != last + 1) -> ok = 0
        :: else -> last = cell[p + 1]; p = p + H + cell[p]
        fi
    :: else -> break
    od;
    if :: ok && p == to :: else -> last = 0 fi
}

inline note_at_start() {
    if
    :: NOTE_IN_SEQUENCE && is_pending(cell[1]) && plausible(cell[1] - PENDING - 1) && cell[1] - PENDING - 1 > last ->
        last = cell[1] - PENDING - 1
    :: (is_pending(cell[0]) || mark) && plausible(cell[1] - 1) && cell[1] - 1 > last -> last = cell[1] - 1
    :: else
    fi
}

/* LastSequence.find: the number of the last frame that was committed (3.4). */
inline find_last() {
    last = 0;
    if
    :: count == 0
    :: count > 0 && wp == 0 && mark -> note_at_start()
    :: else ->
        end = wp;
        if
        :: wp == 0 ->
            end = (rp == CAP -> 0 : rp);
            do
            :: CAP - end > H && cell[end] > 0 && cell[end] <= CAP - end - H -> end = end + H + cell[end]
            :: else -> break
            od
        :: else
        fi;
        if :: rp < end -> walk(rp, end) :: else fi;
        if :: last == 0 -> walk(0, end) :: else fi;
        if
        :: last == 0 ->
            p = end - H - 1;
            do
            :: p >= 0 && last == 0 ->
                if :: cell[p] == end - p - H && plausible(cell[p + 1]) -> last = cell[p + 1] :: else fi;
                p--
            :: else -> break
            od;
            note_at_start()
        :: else
        fi
    fi;
    next = last + 1
}

#define is_next(at) (CAP - (at) - H > 0 && cell[(at) + 1] == next && (cell[at] & ~PENDING) > 0 && (cell[at] & ~PENDING) <= CAP - (at) - H)

/* Finishes the commit of a writer that died under the mark (3.5). */
inline finish_commit() {
    d_step { position = (is_next(wp) -> wp : 0); ok = is_next(position); size = cell[position] & ~PENDING };
    if
    :: ok ->
        d_step { cell[position] = size };
        d_step { cell[position + 1] = next; wp = position + H + size; count = (next > count -> next : count) };
        d_step { written_count = count };
        d_step { write_pos = wp; next++ }
    :: else ->
        skip;   /* spin lets no jump end at a d_step */
#if MARKED_COUNTED
        d_step { count = (next - 1 > count -> next - 1 : count); written_count = count };
        d_step { write_pos = wp }
#endif
    fi;
    d_step { mark = 0; known = free }
}

/* After a recovery the frames between the positions are those that were committed and not read, and the bytes agree. */
inline check_recovered() {
    atomic {
        if
        :: SPACE_LAST || NO_RECOVERY || taking || giving || free == CAP
        :: else ->
            p = read_pos; frames = 0; bytes = 0;
            do
            :: bytes < CAP - free - held ->
                if
                :: CAP - p < H -> bytes = bytes + CAP - p; p = 0
                :: CAP - p >= H && cell[p] == 0 -> bytes = bytes + CAP - p; p = 0
                :: else -> frames++; bytes = bytes + H + cell[p]; p = p + H + cell[p]
                fi
            :: else -> break
            od;
            require(frames == committed - seen, recovered_ring_is_walkable);
            require(bytes == CAP - free - held, bytes_are_conserved);
            require(p == wp || (p == 0 && wp == CAP), recovered_ring_is_walkable);
            frames = 0; bytes = 0; p = 0
        fi
    }
}

/* RingWriter.unreadFrames. */
inline unread_frames() {
    p = read_pos; frames = 0; ok = 0;
    do
    :: known != CAP && p != wp && !(UNREAD_EXACT && p % CAP == wp % CAP) || (UNREAD_EXACT && free == 0 && frames == 0) ->
        if
        :: CAP - p >= H && cell[p] != 0 -> frames++; p = p + H + cell[p]
        :: else -> if :: ok -> break :: else -> ok = 1; p = 0 fi
        fi
    :: else -> break
    od
}

inline attach() {
    d_step { predecessor = writer_pid; incarnation++; writer_pid = incarnation; alive = 1 };
#if SPACE_LAST
    next = 1;
#else
    d_step { count = written_count };
    d_step { wp = write_pos };
    d_step { known = free };
    d_step {
        rp = read_pos;
        if :: known == CAP -> wp = rp :: else fi;
        find_last();
        if :: BEGIN_AT_1 -> next = 1 :: else fi;
        last = 0; end = 0; rp = 0; p = 0; ok = 0
    };
    if
    :: mark && !NO_RECOVERY -> finish_commit()
    :: else
    fi;
    if
    :: known == CAP ->
        /* Tokens of a drained ring are good-byes (section 5, the closing token). */
        do
        :: d_step { sem_w > 0 -> sem_w-- }
        :: sem_w == 0 -> break
        od
    :: known != CAP && predecessor != 0 && !NO_RECOVERY ->
#if TOKEN_IS_FRAME
        /* "read_pos does not move for some milliseconds" (3.5) stands for: the reader is not within a take. */
        d_step { !taking -> unread_frames(); if :: frames > sem_w -> sem_w++ :: else fi; frames = 0; p = 0; ok = 0 };
#else
        sem_w++
#endif
    :: else
    fi;
    check_recovered();
#endif
    predecessor = 0
}

/* RingWriter.place (3.1); result in ok. */
inline place(space) {
    ok = 0; rewinds = 0;
    if
    :: total <= CAP - wp && (SHORT_TAIL_CROSSED || usable_tail(CAP - wp - total)) ->
        position = wp; waste = 0; ok = (space >= total)
    :: else ->
        position = 0; waste = CAP - wp;
        ok = ((SHORT_TAIL_CROSSED || usable_tail(waste)) && space >= waste + total)
    fi;
    if
    :: !ok && !NO_REWIND && (space == CAP || (REWIND_EARLY && space >= total)) -> position = 0; waste = 0; rewinds = 1; ok = 1
    :: else
    fi
}

/* 3.1 and 3.3. */
inline claim() {
    if :: !ok -> d_step { known = free; place(known) } :: else fi;
    do
    :: ok -> break
    :: else ->
#if !SPACE_LAST && !LOOK_THEN_EMPTY
        do
        :: d_step { sem_r > 0 -> sem_r-- }
        :: sem_r == 0 -> break
        od;
        atomic { known = free; place(known) };
#endif
        if
        :: ok
        :: else ->
#if LOOK_THEN_EMPTY
            do
            :: d_step { sem_r > 0 -> sem_r-- }
            :: sem_r == 0 -> break
            od;
            skip;   /* spin lets no jump end at a d_step */
#endif
            d_step { sem_r > 0 -> sem_r-- };
            d_step { known = free; place(known) }
        fi
    od;
#if !SPACE_LAST
    if
    :: position != wp ->
#if NOTE_IN_SEQUENCE
        d_step { put(position + 1, next + PENDING) };
        d_step { put(position, size + PENDING) }
#else
        d_step { put(position, size + PENDING) };
        d_step { put(position + 1, next) }
#endif
    :: else
    fi;
#endif
    atomic {
        d_step {
            p = position + H;
            do
            :: p < position + total -> put(p, DATA); ink[p] = committed + 1; p++
            :: else -> break
            od;
            p = 0
        };
#if HOSTILE
        /* A payload that reads like the header of a frame which ends where this one ends, or of none. */
        if
        :: size >= HOSTILE + H ->
            if
            :: true
            :: cell[position + H] = size - H; if :: cell[position + H + 1] = 1 :: cell[position + H + 1] = next :: cell[position + H + 1] = next + 1 fi
            fi
        :: else
        fi
#endif
    }
}

/* The moment from which the frame counts as written. */
inline took(first, waste_at, marked) {
    committed++;
    place_of[committed] = first; size_of[committed] = size; marker_of[committed] = (marked -> waste_at + 1 : 0);
    p = first;
    do
    :: p < first + total -> lives[p] = committed; p++
    :: else -> break
    od;
    if
    :: marked -> lives[waste_at] = MARKER; lives[waste_at + 1] = MARKER
    :: else
    fi;
    p = 0
}

inline write_marker() {
    if
    :: waste >= H ->
        d_step { put(wp, 0) };
        d_step { put(wp + 1, 0); count++ }
    :: else
    fi
}

#if SPACE_LAST
/* The other implementations' order (3.2, last paragraph). They keep no copies: position and count come from shared memory each time. */
inline commit() {
    write_marker();
    if
    :: waste > 0 ->
        d_step { if :: waste >= H -> written_count++ :: else fi };
        d_step { write_pos = 0 };
        d_step { free = free - waste }
    :: else
    fi;
    d_step { put(position, size) };
    d_step { put(position + 1, next) };
    d_step { write_pos = position + total };
    d_step { written_count++ };
    d_step { free = free - total; took(position, wp, waste >= H); wp = position + total; known = free; next++ };
    sem_w++
}
#else
inline commit() {
    write_marker();
    d_step { put(position, size + PENDING) };
    d_step { put(position + 1, next) };
    if
    :: rewinds -> d_step {
            require(committed == seen && queue == 0 && !looking, rewind_only_when_drained);
            read_pos = 0
        }
    :: else
    fi;
    d_step { require(free >= waste + total, bytes_are_conserved); free = free - waste - total; mark = 1; took(position, wp, waste >= H) };
    d_step { cell[position] = size };
    d_step { cell[position + 1] = next; count++ };
    d_step { written_count = count };
    d_step { wp = position + total; write_pos = wp };
    d_step { mark = 0; known = free; next++ };
    sem_w++
}
#endif

inline forget() {
    count = 0; wp = 0; rp = 0; known = 0; next = 0; position = 0; total = 0; waste = 0; rewinds = 0; size = 0; ok = 0; p = 0; last = 0; end = 0;
    predecessor = 0; frames = 0; bytes = 0
}

active proctype Writer() {
    short p, end, bytes;
    byte count, wp, rp, known, next, last, predecessor, incarnation, frames;
    byte position, total, waste, size;
    bit ok, rewinds;

    do
    :: done -> break
    :: else ->
        {
            attach();
            do
            :: committed < FRAMES ->
#if SPACE_LAST
                d_step { wp = write_pos };
                d_step { known = free };
#endif
                atomic {
                    size = 1;
                    do
                    :: size < MAXSIZE -> size++
                    :: break
                    od;
                    total = H + size;
                    place(known)
                };
                claim();
                if
                :: commit()
                :: aborts < ABORTS -> aborts++
                fi;
                d_step { position = 0; total = 0; waste = 0; rewinds = 0; size = 0; ok = 0 }
            :: committed == FRAMES || closes < CLOSES ->
                atomic {
                    if
                    :: committed == FRAMES -> done = 1
                    :: else -> closes++
                    fi;
                    alive = 0; writer_pid = 0; owed = owed + 1 - NO_GOODBYE;
                    forget()
                };
                break
            od
        } unless { atomic { kill -> kill = 0; alive = 0; forget() } }
    od
}

/* A death comes between any two steps. The good-bye of a writer that closed comes whenever it likes, also after its successor attached. */
active proctype World() {
end:
    do
    :: atomic { crashes < CRASHES && alive && !kill -> crashes++; kill = 1 }
    :: atomic { owed > 0 -> owed--; sem_w++ }
    od
}

/* ---------------------------------------------------------------- the reader */

/* The frame that was taken is the next one, and its bytes are those that were written. */
inline took_frame() {
    seen++;
    require(seen <= committed && ink[position + H] == seen, frames_come_once_in_order);
    require(size_of[seen] == size && place_of[seen] == position, frame_is_whole);
    p = position;
    do
    :: p < position + H + size ->
        require(lives[p] == seen, frame_is_whole);
        if :: p >= position + H -> require(ink[p] == seen, frame_is_whole) :: else fi;
        p++
    :: else -> break
    od;
    p = 0;
    if
    :: marker_of[seen] != 0 -> lives[marker_of[seen] - 1] = 0; lives[marker_of[seen]] = 0
    :: else
    fi;
#if !BEGIN_AT_1
    require(sequence == seen, sequence_is_continued);
#endif
}

inline hold(amount) {
    ticket[queue] = seen; cost[queue] = amount; released[queue] = 0; queue++; held = held + amount
}

#if TOKEN_IS_FRAME
/* A published C++ reader. */
inline take() {
    d_step { nothing = (writer_pid == 0) };
    if
    :: nothing -> d_step { nothing = (written_count == read_count) }
    :: else
    fi;
    if
    :: nothing
    :: else ->
        d_step { position = read_pos };
        d_step { require(position < CAP, access_is_inside_the_ring); size = cell[position]; room = CAP - position };
        if
        :: size == 0 ->
            d_step {
                if
                :: marker_of[seen + 1] == position + 1 -> lives[position] = 0; lives[position + 1] = 0; marker_of[seen + 1] = 0
                :: else
                fi;
                free = free + room
            };
            d_step { read_pos = 0; position = 0 };
            d_step { read_count++; size = cell[0] }
        :: else
        fi;
        d_step {
            /* What lies behind the ring is no sequence number. */
            sequence = (position + 1 < CAP -> cell[position + 1] : DATA);
            require(sequence == expected, sequence_has_no_gap);
            require(size > 0 && size <= CAP - position - H, reader_finds_possible_values);
            took_frame();
            read_pos = (position + H + size == CAP -> 0 : position + H + size)
        };
        d_step { read_count++; expected = sequence + 1; hold(H + size) }
    fi
}
#else
/* RingReader.take (4.1). */
inline take() {
    d_step { unread = CAP - free - held; require(unread >= 0, reader_finds_possible_values); looking = (unread != 0) };
    if
    :: unread == 0
    :: else ->
        d_step { position = read_pos; room = CAP - position; waste = 0; size = 0 };
        if
        :: room >= (SHORT_TAIL_PARSED -> 1 : H) -> d_step { size = cell[position] }
        :: else
        fi;
        if
        :: size == 0 && unread == room -> nothing = 1
        :: size == 0 && unread != room -> d_step { waste = room; position = 0; size = cell[0] }
        :: else
        fi;
        if
        :: is_pending(size) && !nothing ->
            d_step { nothing = mark };
#if PENDING_READ_AGAIN
            if
            :: !nothing -> d_step { size = cell[position] }
            :: else
            fi
#endif
        :: else
        fi;
        if
        :: nothing
        :: else ->
            d_step {
                require(size > 0 && size + H <= CAP - position && size + H <= unread - waste, reader_finds_possible_values);
                sequence = cell[position + 1];
                require(sequence == expected || (sequence == 1 && !STRICT_SEQUENCE), sequence_has_no_gap)
            };
            d_step { took_frame(); read_pos = (ZERO_AT_END && position + H + size == CAP -> 0 : position + H + size) };
            d_step { read_count = read_count + 1 + (waste >= H); expected = sequence + 1; hold(waste + H + size) }
        fi
    fi
}
#endif

/* The user lets a frame go: from here on its bytes may be written over. */
inline let_go(which) {
    released[which] = 1;
    p = place_of[ticket[which]]; end = p + H + size_of[ticket[which]];
    do
    :: p < end -> lives[p] = 0; p++
    :: else -> break
    od;
    p = 0; end = 0
}

inline remove(which) {
    amount = amount + cost[which]; held = held - cost[which];
    p = which;
    do
    :: p + 1 < queue -> ticket[p] = ticket[p + 1]; cost[p] = cost[p + 1]; released[p] = released[p + 1]; p++
    :: else -> break
    od;
    queue--;
    ticket[queue] = 0; cost[queue] = 0; released[queue] = 0;
    p = 0
}

/* 4.2: only the released front of the queue is given back. */
inline give_back() {
    d_step {
        amount = 0; posts = 0;
#if RELEASE_ORDER
        remove(chosen); posts = 1;
#else
        do
        :: queue > 0 && released[0] -> remove(0); posts++
        :: else -> break
        od;
#endif
        giving = (posts > 0)
    };
    if
    :: posts > 0 ->
        d_step { free = free + amount; require(free <= CAP, bytes_are_conserved); giving = 0 };
        do
        :: posts > 0 -> sem_r++; posts--
        :: else -> break
        od
    :: else
    fi
}

/* Reader.reportGone and RingReader.skipUncommitted: the writer looked dead, and no token was left. */
inline report_death() {
#if SKIP_EXCLUSIVE
    d_step { if :: writer_pid == reported && !alive && !mark && CAP - free == held -> read_pos = write_pos :: else fi }
#else
    if
    :: d_step { writer_pid == reported -> room = write_pos };
        d_step { unread = CAP - free };
        if
        :: unread == held -> d_step { read_pos = room }
        :: else
        fi
    :: writer_pid != reported
    fi
#endif
}

active proctype Reader() {
    short p, end, unread;
    byte position, size, sequence, waste, room, amount, posts, chosen, reported;
    byte expected = 1;
    bit nothing;

    do
    :: d_step { queue < HOLD && sem_w > 0 -> sem_w--; taking = 1 };
        take();
        d_step { taking = 0; looking = 0; nothing = 0; position = 0; size = 0; sequence = 0; waste = 0; room = 0; unread = 0 }
    :: queue > 0 ->
        atomic {
            chosen = 0;
            do
            :: chosen + 1 < queue -> chosen++
            :: break
            od;
            if
            :: !released[chosen] -> d_step { let_go(chosen) }
            :: else
            fi
        };
        give_back();
        atomic { amount = 0; chosen = 0 }
#if DEATH_REPORT
    :: d_step { writer_pid != 0 && writer_pid != reported && !alive -> reported = writer_pid };
        if
        :: sem_w == 0 -> report_death(); d_step { room = 0; unread = 0 }
        :: sem_w > 0
        fi
#endif
    :: d_step { done && !alive && !kill && owed == 0 && sem_w == 0 && queue == 0 ->
            require(seen == committed, nothing_is_lost);
            require(free == CAP && !mark, bytes_are_conserved) };
        break
    od
}

/*
 * The ring of ZeroBuffer v1: one reader, one writer after another, two semaphores, and a death between any two stores.
 * Section numbers are those of docs/protocol.md.
 *
 * One unit stands for 8 bytes or so: a header is two units, its size and its sequence number, hence a tail of one unit
 * is a "short tail".
 * Every access to shared memory is one step of its own; what happens in local variables between two of them belongs to
 * the step before.
 * Ring cells are stored by writers only, so several cells nobody may look at meanwhile (a payload) are one step, and so
 * is a walk along frames.
 *
 * Parameters (-D): CAP units of the ring, MAXSIZE largest payload, FRAMES to commit, HOLD frames the reader keeps at
 * most, CRASHES of writers, CLOSES before the last frame, EARLY wraps, rewinds IN_STEP, ABORTS of claims, HOSTILE
 * payloads that look like headers, LOOKS without a token, DEPARTURES (the reader looks for writers that are gone).
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
#ifndef LOOKS
#define LOOKS 0
#endif
#ifndef EARLY                   /* claims that wrap although the frame fits at write_pos */
#define EARLY 0
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
#ifndef DEPARTURES
#define DEPARTURES (CRASHES > 0 && !TOKEN_IS_FRAME)
#endif

#ifndef SHORT_TAIL_CROSSED      /* writer: a frame may leave a tail without room for a marker, and the next one skips
                                   it */
#define SHORT_TAIL_CROSSED 0
#endif
#ifndef IN_STEP                 /* claims may rewind a drained ring although the frame fits at write_pos, after a
                                   look at it */
#define IN_STEP 0
#endif
#ifndef NO_REWIND               /* writer: a frame that fits neither before nor behind the end of a drained ring
                                   waits */
#define NO_REWIND 0
#endif
#ifndef BEGIN_AT_1              /* writer: a new one numbers its frames from 1 */
#define BEGIN_AT_1 0
#endif
#ifndef SPACE_LAST              /* writer: position and count first, space last, no pending header; begins with 1 */
#define SPACE_LAST 0
#endif
#ifndef NO_GOODBYE              /* writer: closes without a token */
#define NO_GOODBYE 0
#endif
#ifndef NO_RECOVERY             /* writer: a successor neither publishes a frame nor settles tokens */
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

#ifndef EARLY_UNPAID            /* writer: an early wrap only needs the space of its frame */
#define EARLY_UNPAID 0
#endif
#ifndef LAP_NOT_WALKED          /* writer: equal positions are nothing to walk also when no byte is free */
#define LAP_NOT_WALKED 0
#endif
#ifndef REWIND_ASSUMED          /* writer: a pending header at 0, where read_pos is, can only be a rewind */
#define REWIND_ASSUMED 0
#endif
#ifndef NOTE_FORGOTTEN          /* writer: a successor makes no note of a commit at 0 that came to nothing */
#define NOTE_FORGOTTEN 0
#endif
#ifndef SIZE_BEFORE_SPACE       /* reader: reads the size where the frame is expected before it looks at
                                   payload_free_bytes */
#define SIZE_BEFORE_SPACE 0
#endif
#ifndef ONE_LOOK                /* reader: does not look at payload_free_bytes again before it calls a value
                                   impossible */
#define ONE_LOOK 0
#endif

#define H 2                     /* units of a header */
#define PENDING 64              /* added to the size of a frame that is not published, and to both numbers of a note
                                   (3.2) */
#define NOTE 32                 /* added to a position that is noted instead of a size */
#define DATA 128                /* payload; as a size it is impossible */
#define MARKER 255              /* in lives: an unread wrap marker */

/* Shared memory (section 2). */
byte cell[CAP];
byte free = CAP;
byte write_pos, read_pos, written_count, read_count;
byte writer_pid;
byte sem_w, sem_r;

/*
 * The world: which writers there are. A dead one stays in writer_pid; one that closed may post its good-bye any time
 * later (1.4).
 */
bit alive, kill, done, kept_out;  /* kept_out: the reader holds the range that a writer has to hold (4.5) */
byte early = EARLY;              /* early wraps that are left */
byte crashes, closes, aborts, owed, waking, born;   /* waking: a good-bye that was decided on */

/* What is true, whatever the peers believe. Frames are numbered from 1 in the order in which write_pos covered them. */
byte lives[CAP];                /* the frame, unread or held, or the unread marker that a unit belongs to; 0: none */
byte ink[CAP];                  /* the frame whose payload was stored here last */
byte committed, seen;
byte taken, missing;            /* space of a frame that write_pos does not cover: by a writer that lives, by dead
                                   ones */
byte taken_marker;              /* where that frame's marker is, plus 1 */
byte place_of[FRAMES + 2], size_of[FRAMES + 2], marker_of[FRAMES + 2];
bit taking, looking, giving;    /* the reader: has a token in hand; believes there is a frame; has yet to give back
                                   what it removed */

/* The reader's queue, oldest first (4.2). */
byte queue, held;
byte ticket[HOLD], cost[HOLD];
bit released[HOLD];

/* What must hold. They are never set, so that a failed assertion tells its name. */
bit space_is_handed_out_once, access_is_inside_the_ring, frame_is_whole, frames_come_once_in_order, sequence_has_no_gap,
        sequence_is_continued, reader_finds_possible_values, rewind_only_when_drained, nothing_is_lost,
        bytes_are_conserved,
        recovered_ring_is_walkable;

#define require(condition, name) if :: (condition) :: else -> assert(name) fi

inline put(at, value) {
    require((at) < CAP, access_is_inside_the_ring);
    require(lives[at] == 0, space_is_handed_out_once);
    cell[at] = value
}

/* ---------------------------------------------------------------- the writer */

#define plausible(s) ((s) > 0 && (s) <= count)
#define is_pending(value) ((value) >= PENDING && (value) < DATA)
#define is_note(value) (is_pending(value) && ((value) & NOTE))
#define usable_tail(tail) ((tail) == 0 || (tail) >= H)

/* FrameWalk.sizeHere and isAt: a wrap is followed first. */
inline size_here() {
    found = (CAP - p < H -> 0 : cell[p]);
    if
    :: found == 0 && !ok -> ok = 1; p = 0; found = cell[0]
    :: else
    fi
}
#define is_at(to) (p == (to) || (p == 0 && (to) == CAP && ok))
#define no_step (found == 0 || found > CAP - p - H)

/* Where the first pending frame lies from rp up to wp, or -1; its size in found. */
inline first_pending() {
    p = rp; ok = 0; frames = 0;
    do
    :: size_here();
        if
        :: is_pending(found) -> found = found - PENDING; if :: no_step -> p = -1 :: else fi; break
        :: else ->
            if
            :: (is_at(wp) && (LAP_NOT_WALKED || known > 0 || frames > 0)) || no_step -> p = -1; break
            :: else -> p = p + H + found; frames++
            fi
        fi
    od;
    frames = 0
}

/* Walks along frames; last becomes the number of the frame that ends exactly at `to`, or 0 (3.4). */
inline walk(from, to) {
    p = from; last = 0; ok = 1;
    do
    :: ok && p + H < to ->
        if
        :: cell[p] == 0 || cell[p] > to - p - H || !plausible(cell[p + 1]) ||
           (last != 0 && cell[p + 1] != last + 1) -> ok = 0
        :: else -> last = cell[p + 1]; p = p + H + cell[p]
        fi
    :: else -> break
    od;
    if :: ok && p == to :: else -> last = 0 fi
}

/* LastSequence.find: the number of the last frame that was committed (3.4). */
inline find_last() {
    last = 0;
    if
    :: count == 0
    :: else ->
        if
        :: is_note(cell[0]) && (cell[0] - PENDING - NOTE) % CAP == wp % CAP ->
            last = (plausible((cell[1] & ~PENDING) - 1) -> (cell[1] & ~PENDING) - 1 : 0)
        :: is_note(cell[0]) && (cell[0] - PENDING - NOTE) % CAP != wp % CAP -> walk(cell[0] - PENDING - NOTE, wp)
        :: else
        fi;
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
        if :: last == 0 && rp < end -> walk(rp, end) :: else fi;
        if :: last == 0 -> walk(0, end) :: else fi;
        if
        :: last == 0 ->
            p = end - H - 1;
            do
            :: p >= 0 && last == 0 ->
                if :: cell[p] == end - p - H && plausible(cell[p + 1]) -> last = cell[p + 1] :: else fi;
                p--
            :: else -> break
            od
        :: else
        fi
    fi;
    next = last + 1
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

/* RingWriter.finishCommit (3.5). */
inline finish_commit() {
    d_step { first_pending(); size = found; position = (p < 0 -> 0 : p); ok = (p >= 0 && p + H + size == wp);
             rewinds = (!ok && p == 0 && rp == 0 && (REWIND_ASSUMED || wp % CAP != 0 || cell[1] == 1));
             p = 0; found = 0 };
    if
    :: ok ->
        d_step { last = cell[position + 1]; count = (last > count -> last : count); last = 0; written_count = count };
        d_step {
            cell[position] = size;
            /* It may be that write_pos was where this frame ends before it was stored. */
            if
            :: missing > 0 && cell[position + 1] == committed + 1 ->
                total = H + size; missing = 0; took(position, taken_marker - 1, taken_marker > 0)
            :: else
            fi
        }
    :: !ok && rewinds ->
        d_step { write_pos = 0; wp = 0 };
        d_step { free = free + CAP - known; known = free; missing = 0; require(free <= CAP, bytes_are_conserved) }
    :: else
    fi;
    d_step { position = 0; size = 0; ok = 0; rewinds = 0; total = 0 }
}

/* RingWriter.noteForgottenCommit (3.4). */
inline note_forgotten_commit() {
    if
    :: !NOTE_FORGOTTEN && (is_pending(cell[0]) || is_pending(cell[1])) && !is_note(cell[0]) ->
        d_step { put(1, cell[1] | PENDING) };
        d_step { put(0, PENDING + NOTE + wp) }
    :: else
    fi
}

/* After a recovery the frames between the positions are those that were committed and not read, and the bytes agree. */
inline check_recovered() {
    atomic {
        if
        :: SPACE_LAST || NO_RECOVERY || taking || giving || free == CAP
        :: else ->
            p = read_pos; frames = 0; bytes = 0;
            do
            :: bytes < CAP - free - held - missing ->
                if
                :: CAP - p < H -> bytes = bytes + CAP - p; p = 0
                :: CAP - p >= H && cell[p] == 0 -> bytes = bytes + CAP - p; p = 0
                :: else -> frames++; bytes = bytes + H + cell[p]; p = p + H + cell[p]
                fi
            :: else -> break
            od;
            require(frames == committed - seen, recovered_ring_is_walkable);
            require(bytes == CAP - free - held - missing, bytes_are_conserved);
            require(p % CAP == wp % CAP, recovered_ring_is_walkable);
            frames = 0; bytes = 0; p = 0
        fi
    }
}

/* RingWriter.unreadFrames. */
inline unread_frames() {
    p = read_pos; frames = 0; ok = 0; end = wp;
    if
    :: p % CAP == wp % CAP && free != 0
    :: else ->
        if
        :: p % CAP == wp % CAP ->
            p = p % CAP; end = (p == 0 -> CAP : p); size_here();
            if :: no_step :: else -> frames++; p = p + H + found fi
        :: else
        fi;
        if
        :: p % CAP == wp % CAP && frames == 0
        :: else ->
            do
            :: is_at(end) -> break
            :: else ->
                size_here();
                if
                :: is_at(end) || is_pending(found) || no_step -> break
                :: else -> frames++; p = p + H + found
                fi
            od
        fi
    fi;
    p = 0; ok = 0; end = 0; found = 0
}

inline attach() {
#if SPACE_LAST
    d_step { born++; writer_pid = born; alive = 1 };
    next = 1;
#else
    d_step { !kept_out -> predecessor = writer_pid; born++; writer_pid = born; alive = 1 };
    d_step { count = written_count };
    d_step { wp = write_pos };
#if TOKEN_IS_FRAME
    /* "read_pos has not moved for some milliseconds" (3.5) stands for: the reader is not within a take. */
    d_step { !taking -> known = free; rp = read_pos; if :: known == CAP -> wp = rp :: else fi };
#else
    d_step { known = free };
    d_step { rp = read_pos; if :: known == CAP -> wp = rp :: else fi };
#endif
    if
    :: known == CAP -> write_pos = wp
    :: known != CAP && !NO_RECOVERY -> finish_commit()
    :: else
    fi;
    note_forgotten_commit();
    d_step {
        find_last();
        if :: BEGIN_AT_1 -> next = 1 :: else fi;
        last = 0; end = 0; rp = 0; p = 0; ok = 0
    };
    if
    :: known == CAP ->
        /* Tokens of a drained ring are good-byes (section 5, the closing token). */
        do
        :: d_step { sem_w > 0 -> sem_w-- }
        :: sem_w == 0 -> break
        od
#if TOKEN_IS_FRAME
    :: known != CAP && !NO_RECOVERY ->
        d_step { !taking -> unread_frames(); sem_w = frames; frames = 0 };
#else
    :: known != CAP && predecessor != 0 && !NO_RECOVERY -> sem_w++
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
    :: steps && wp % CAP != 0 && space == CAP -> position = 0; waste = 0; rewinds = 1; ok = 1
    :: else ->
    if
    :: early > 0 && wants_early && CAP - wp >= H && space >= (EARLY_UNPAID -> total : CAP - wp + total) ->
        position = 0; waste = CAP - wp; ok = 1
    :: else ->
    if
    :: total <= CAP - wp && (SHORT_TAIL_CROSSED || usable_tail(CAP - wp - total)) ->
        position = wp; waste = 0; ok = (space >= total)
    :: else ->
        position = 0; waste = CAP - wp;
        ok = ((SHORT_TAIL_CROSSED || usable_tail(waste)) && space >= waste + total)
    fi;
    fi;
    fi;
    if
    :: !ok && !NO_REWIND && (space == CAP || (REWIND_EARLY && space >= total)) ->
       position = 0; waste = 0; rewinds = 1; ok = 1
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
            if
            :: d_step { sem_r > 0 -> sem_r-- };
                d_step { known = free; place(known) }
            :: d_step { missing > 0 && sem_r == 0 && sem_w == 0 && owed + waking == 0 && !taking && queue == 0 &&
                        free == CAP - missing -> stuck = 1 };
                break
            fi
        fi
    od;
#if !SPACE_LAST
    if
    :: ok && position == 0 && count > 0 ->
        d_step { put(1, next + PENDING) };
        d_step { put(0, PENDING + NOTE + wp) }
    :: else
    fi;
#endif
    if
    :: stuck
    :: else ->
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
            :: cell[position + H] = size - H;
               if :: cell[position + H + 1] = 1 :: cell[position + H + 1] = next :: cell[position + H + 1] = next + 1 fi
            fi
        :: else
        fi
#endif
    }
    fi
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
/*
 * The other implementations' order (3.2, last paragraph). They keep no copies: position and count come from shared
 * memory each time.
 */
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
    d_step { put(position, size + PENDING) };
    d_step { put(position + 1, next) };
    write_marker();
    if
    :: rewinds -> d_step {
            require(committed == seen && queue == 0 && (!looking || crashes > 0), rewind_only_when_drained);
            read_pos = 0
        }
    :: else
    fi;
    d_step {
        require(free >= waste + total, bytes_are_conserved);
        free = free - waste - total; known = free; taken = waste + total; taken_marker = (waste >= H -> wp + 1 : 0)
    };
    d_step { count++; written_count = count };
    d_step { took(position, wp, waste >= H); taken = 0; taken_marker = 0; wp = position + total; write_pos = wp };
    d_step { cell[position] = size; next++ };
    sem_w++
}
#endif

inline forget() {
    count = 0; wp = 0; rp = 0; known = 0; next = 0; position = 0; total = 0; waste = 0; rewinds = 0;
    size = 0; ok = 0; p = 0; last = 0; end = 0;
    predecessor = 0; frames = 0; bytes = 0; found = 0; stuck = 0; wants_early = 0; steps = 0
}

active proctype Writer() {
    short p, end, bytes;
    byte count, wp, rp, known, next, last, predecessor, frames, found;
    byte position, total, waste, size;
    bit ok, rewinds, stuck, wants_early, steps;

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
#if IN_STEP
                if :: steps = 1; d_step { known = free } :: skip fi;
#endif
                atomic {
                    size = 1;
                    do
                    :: size < MAXSIZE -> size++
                    :: break
                    od;
                    total = H + size;
                    if :: early > 0 -> wants_early = 1 :: wants_early = 0 fi;
                    place(known)
                };
                claim();
                if
                :: !stuck ->
                   if :: wants_early && position == 0 && waste > 0 && early > 0 -> early-- :: else fi;
                   commit()
                :: !stuck && aborts < ABORTS -> aborts++
                :: stuck ->
                   atomic { done = 1; alive = 0; writer_pid = 0; owed = owed + 1 - NO_GOODBYE; forget() };
                   break
                fi;
                d_step { position = 0; total = 0; waste = 0; rewinds = 0; size = 0; ok = 0; steps = 0 }
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
        } unless { atomic { kill -> kill = 0; alive = 0; missing = missing + taken; taken = 0; forget() } }
    od
}

/*
 * A death comes between any two steps. The good-bye of a writer that closed comes whenever it likes, also after its
 * successor attached.
 */
active proctype World() {
end:
    do
    :: atomic { crashes < CRASHES && alive && !kill -> crashes++; kill = 1 }
#if TOKEN_IS_FRAME
    :: d_step { owed > 0 -> owed--; if :: free == CAP || SPACE_LAST -> waking++ :: else fi }
    :: d_step { waking > 0 -> waking--; sem_w++ }
#else
    :: d_step { owed > 0 -> owed--; sem_w++ }
#endif
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
    p = 0; got = 1;
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
                :: marker_of[seen + 1] == position + 1 ->
                   lives[position] = 0; lives[position + 1] = 0; marker_of[seen + 1] = 0
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
/* Fewer bytes than a header at the end can only be a wrap. */
#define has_header(at) (CAP - (at) >= (SHORT_TAIL_PARSED -> 1 : H))

/* Where the frame is expected, before it is known whether it is there. */
inline expect_size() {
    d_step { size = (has_header(mine) -> cell[mine] : 0) }
}

/* What lies behind the ring is no sequence number. */
inline load_sequence() {
    d_step { sequence = (position + 1 < CAP -> cell[position + 1] : DATA) }
}

/* RingReader.mayBeNothing. */
#define second_look (!ONE_LOOK && (free != CAP - held - unread || read_pos % CAP == write_pos % CAP))
#define possible_size (size > 0 && size + H <= CAP - position && size + H <= unread - waste)
#define possible_sequence (sequence == expected || (sequence == 1 && !STRICT_SEQUENCE))

/* RingReader.take (4.1). */
inline take() {
    d_step { written = write_pos };
    if
    :: SIZE_BEFORE_SPACE -> expect_size()
    :: else
    fi;
    d_step { unread = CAP - free - held; require(unread >= 0, reader_finds_possible_values); looking = (unread != 0) };
    if
    :: unread == 0
    :: else ->
        if
        :: !SIZE_BEFORE_SPACE -> expect_size()
        :: else
        fi;
        d_step {
            moved = (mine != read_pos); position = read_pos; room = CAP - position; waste = 0;
            nothing = (held + unread < CAP && position % CAP == written % CAP); doubt = doubt || (nothing && SPACE_LAST)
        };
        if
        :: !nothing && moved -> d_step { size = (has_header(position) -> cell[position] : 0) }
        :: else
        fi;
        if
        :: !nothing && size == 0 && unread == room -> nothing = 1
        :: !nothing && size == 0 && unread != room -> d_step { waste = room; position = 0 }; d_step { size = cell[0] }
        :: else
        fi;
        if
        :: !nothing -> load_sequence()
        :: else
        fi;
        if
        :: nothing
        :: !nothing && is_pending(size) -> nothing = 1
        :: !nothing && !is_pending(size) && !possible_size ->
            d_step { require(second_look, reader_finds_possible_values); nothing = 1 }
        :: !nothing && possible_size ->
            if
            :: !possible_sequence -> d_step { require(second_look, sequence_has_no_gap); nothing = 1 }
            :: else ->
                d_step {
                    took_frame();
                    read_pos = (ZERO_AT_END && position + H + size == CAP -> 0 : position + H + size);
                    mine = read_pos
                };
                d_step { read_count = read_count + 1 + (waste >= H); expected = sequence + 1; hold(waste + H + size) }
            fi
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

/* RingReader.freeUncommitted, by Reader.reportGone: the writer was gone, no token was left, and nothing to take. */
inline forget_uncommitted() {
    if
    :: d_step { !alive && born == leaving -> kept_out = 1; unread = CAP - free - held; position = read_pos;
                room = write_pos };
        d_step {
            if
            :: unread == 0 -> read_pos = room; mine = room
            :: else ->
                if :: CAP - position < H || cell[position] == 0 -> position = 0 :: else fi;
                if
                :: is_pending(cell[position]) && room == position + H + cell[position] - PENDING
                :: !is_pending(cell[position]) && cell[position + 1] == expected
                :: else -> free = free + unread; missing = 0
                fi
            fi;
            require(free <= CAP, bytes_are_conserved)
        };
        kept_out = 0
    :: alive || born != leaving
    fi;
    reported = leaving
}

active proctype Reader() {
    short p, end, unread;
    byte position, size, sequence, waste, room, written, amount, posts, chosen, leaving, reported;
    byte expected = 1, looks = LOOKS;
    byte mine;                      /* where the next frame is expected */
    bit nothing, got, moved, doubt; /* doubt: a token was spent on a full ring that a writer with another order was
                                       about to tell; waits look again */

    do
    :: d_step { queue < HOLD && (sem_w > 0 || looks > 0 || doubt) ->
                if :: sem_w > 0 -> sem_w-- :: else -> if :: !doubt -> looks-- :: else fi fi; taking = 1 };
        take();
        d_step { taking = 0; looking = 0; nothing = 0; got = 0; moved = 0; position = 0; size = 0; sequence = 0;
                 waste = 0; room = 0; unread = 0; written = 0 }
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
#if DEPARTURES
    :: d_step { queue < HOLD && !alive && born != reported -> leaving = born };
        if
        :: d_step { sem_w == 0 -> taking = 1 };
            take();
            d_step { taking = 0; looking = 0; nothing = 0; moved = 0; position = 0; size = 0; sequence = 0; waste = 0;
                     room = 0; unread = 0; written = 0 };
            if
            :: got
            :: else -> forget_uncommitted()
            fi
        :: sem_w > 0
        fi;
        d_step { got = 0; leaving = 0; unread = 0; position = 0; room = 0 }
#endif
    :: d_step { done && !alive && !kill && owed + waking == 0 && sem_w == 0 &&
                (!doubt || seen == committed) && queue == 0 && (!DEPARTURES || reported == born) ->
            require(seen == committed, nothing_is_lost);
            require(free + missing == CAP && (missing == 0 || !DEPARTURES), bytes_are_conserved) };
        break
    od
}

/*
 * A side of this library in front of one that changes payload_free_bytes in two steps. Section numbers are those of
 * docs/protocol.md. A unit is a header, or as many bytes of payload; every access to shared memory is a step.
 *
 * -DREADER_ADDS: our writer, and a published reader of before February 2026 (3.6). -DSUBTRACTS=1: as in front of ours.
 * -DWRITER_WAITS: a published writer, which waits for the rest of the lap and the frame, and our reader (4.6).
 *   -DATOMIC=0: it is of before February 2026. -DNO_HELP=1: our reader does not help it. -DTIMEOUTS=n: so many of its
 *   waits end by themselves, and it gives the frame up.
 */

#ifndef CAP
#define CAP 5
#endif
#ifndef FRAMES
#define FRAMES 4
#endif
#ifndef ATOMIC
#define ATOMIC 1
#endif
#ifndef SUBTRACTS
#define SUBTRACTS 0
#endif
#ifndef NO_HELP
#define NO_HELP 0
#endif
#ifndef TIMEOUTS
#define TIMEOUTS 0
#endif

#define MARKER 255

short free = CAP;
short taken;                    /* payload_taken */
byte write_pos, read_pos;
byte sem_w, sem_r;
bit sleeps;                     /* the writer, in its wait for sem_r */
byte cell[CAP];                 /* which frame lies in a unit, or a marker */
byte lives[CAP];                /* the frame, unread or held, that a unit belongs to; 0: none */
byte size_of[FRAMES + 1];
bit done;

bit space_is_handed_out_once, frames_come_once_in_order, bytes_are_conserved;

#define require(condition, name) if :: (condition) :: else -> assert(name) fi

/* Bytes that have to be free for a frame: all writers but ours in a drained ring. */
#define needed(position, total) (CAP - (position) >= (total) -> (total) : CAP - (position) + (total))

inline fill(position, total, frame) {
    d_step {
        p = position;
        do
        :: p < position + total ->
           require(lives[p] == 0, space_is_handed_out_once); cell[p] = frame; lives[p] = frame; p++
        :: else -> break
        od;
        p = 0
    }
}

#ifdef READER_ADDS
#define room() (SUBTRACTS -> free : free - taken)
#define take(bytes) if :: SUBTRACTS -> d_step { free = free - (bytes) } :: else -> d_step { taken = taken + (bytes) } fi
#else
#define room() free
#define take(bytes) \
    if :: ATOMIC -> d_step { free = free - (bytes) } :: else -> loaded = free; free = loaded - (bytes) fi
#endif

active proctype Writer() {
    short known, loaded;
    byte position, total, frame = 1, p, timeouts;
    bit fits, rewinds;

    do
    :: frame > FRAMES -> break
    :: else ->
        atomic { total = 2; do :: total < CAP -> total++ :: break od; size_of[frame] = total; fits = 0; rewinds = 0 };
        do
        :: d_step { position = write_pos; known = room() };
            if
            :: known >= needed(position, total) -> fits = 1; break
#ifdef READER_ADDS
            :: known == CAP && known < needed(position, total) -> fits = 1; rewinds = 1; break
#endif
            :: else ->
                sleeps = 1;
                if
                :: d_step { sem_r > 0 -> sem_r--; sleeps = 0 }
                :: d_step { timeouts < TIMEOUTS && sem_r == 0 -> timeouts++; sleeps = 0 }; break
                fi
            fi
        od;
        if
        :: !fits
        :: else ->
            if
            :: rewinds -> position = 0; read_pos = 0
            :: !rewinds && CAP - position < total ->
                if
                :: position < CAP ->
                   d_step { require(lives[position] == 0, space_is_handed_out_once); cell[position] = MARKER }
                :: else
                fi;
                write_pos = 0;
                take(CAP - position);
                position = 0
            :: else
            fi;
            fill(position, total, frame);
            write_pos = position + total;
            take(total);
            sem_w++;
            frame++
        fi
    od;
    done = 1
}

active proctype Reader() {
    short sum;
    byte position, total, frame = 1, p;
    bit asleep;

    do
    :: d_step { sem_w > 0 -> sem_w-- } ->
        position = read_pos;
        if
        :: position == CAP || cell[position] == MARKER ->
#ifdef READER_ADDS
            sum = free + CAP - position;
            free = sum;
            read_pos = 0;
#endif
            total = CAP - position;
            position = 0
        :: else -> total = 0
        fi;
        d_step {
            require(cell[position] == frame, frames_come_once_in_order);
            p = position;
            do
            :: p < position + size_of[frame] ->
               require(cell[p] == frame && lives[p] == frame, space_is_handed_out_once); p++
            :: else -> break
            od;
            p = 0
        };
#ifdef READER_ADDS
        read_pos = position + size_of[frame];
#endif
        d_step {
            p = position;
            do
            :: p < position + size_of[frame] -> require(cell[p] == frame, space_is_handed_out_once); lives[p] = 0; p++
            :: else -> break
            od;
            p = 0
        };
#ifdef READER_ADDS
        sum = free + size_of[frame];
        free = sum;
#else
        read_pos = position + size_of[frame];
        d_step { free = free + total + size_of[frame] };
#endif
        sem_r++;
        frame++
#ifdef WRITER_WAITS
    :: !NO_HELP && sem_w == 0 && sleeps && sem_r == 0 ->
        d_step { position = write_pos; sum = free };
        asleep = (sleeps && sem_r == 0 && sem_w == 0);
        if
        :: asleep && position % CAP == read_pos % CAP && sum != CAP ->
            if
            :: d_step { free == sum -> free = CAP }; sem_r++
            :: free != sum
            fi
        :: asleep && position % CAP == read_pos % CAP && sum == CAP && position % CAP != 0 ->
            read_pos = 0;
            write_pos = 0;
            sem_r++
        :: else
        fi
#endif
    :: done && sem_w == 0 ->
        require(frame == FRAMES + 1, frames_come_once_in_order);
#ifdef READER_ADDS
        require(room() == CAP, bytes_are_conserved);
#endif
        break
    od
}

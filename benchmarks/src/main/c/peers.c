/*
 * The peers in C: c-semaphore, c-ring, c-ring-apart, c-wire, c-commit and c-zerobuffer. Started and asked as
 * Worker.java says, and measuring as NearSide.java and FarSide.java do.
 * And the probe of how far apart two processors are, asked as Distance.java says.
 * c-zerobuffer is the peer of the conformance suite, included here as it is.
 */
#define main conformance_peer_main
#include "../../../../interop/peers/c/peer.c"
#undef main

#include <immintrin.h>
#include <sys/prctl.h>

#define SECOND (1000 * MILLISECOND)
#define PATIENCE_MS 30000
#define FIRST_MARK (UINT64_C(1) << 62)
#define LAST_MARK (UINT64_C(1) << 61)
#define NUMBER_MASK (LAST_MARK - 1)
#define PAUSE_BEFORE_WAKE_UP (10 * MILLISECOND)
#define SLEEP_ERROR (MILLISECOND / 10)

enum {
    CACHE_LINE = 64,
    PAGE = 4096,
    OFFSET_IN_PAGE = PAGE / 2,
    CHECKED_FRAMES = 20,
    BYTES_PER_LOOK = 16 << 10,
    DIRECTORY_SIZE = 256
};

static void die(const char *what)
{
    perror(what);
    printf("error %s\n", what);
    exit(1);
}

/* What a transport can do. One receiver and one sender at most are open at a time. */
struct transport {
    const char *name;
    bool carries_data; /* otherwise only the stamp arrives */
    void (*listen)(const char *channel);
    void (*connect)(const char *channel);
    void (*send)(const uint8_t *bytes, uint64_t size);
    const uint8_t *(*take)(uint64_t *size);
    void (*release)(void);
    void (*close)(void);
};

static struct job {
    char kind[32];
    uint64_t size, ring, held, channels, rate, warm_up_ms, ms;
} job;

static char directory[DIRECTORY_SIZE];

/* A file of so many bytes in the directory in memory, mapped; created by the side that receives. */
static void *map_file(const char *channel, size_t size, bool create)
{
    char path[DIRECTORY_SIZE + NAME_MAX_BYTES];
    snprintf(path, sizeof path, "%s/%s", directory, channel);
    int fd = open(path, O_RDWR | (create ? O_CREAT | O_EXCL : 0), 0600);
    if (fd < 0 || (create && ftruncate(fd, (off_t)size) != 0))
        die(path);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    close(fd);
    return memory;
}

static void remove_file(const char *channel)
{
    char path[DIRECTORY_SIZE + NAME_MAX_BYTES];
    snprintf(path, sizeof path, "%s/%s", directory, channel);
    unlink(path);
}

/* ---- c-semaphore: a named semaphore per direction, and a word of shared memory for the stamp ---- */

static struct semaphore_channel {
    char name[NAME_MAX_BYTES];
    sem_t *semaphore;
    uint64_t *stamp;
    bool owned;
} semaphore_in, semaphore_out;

static void open_semaphore_channel(struct semaphore_channel *channel, const char *name, bool create)
{
    snprintf(channel->name, sizeof channel->name, "/%s", name);
    channel->owned = create;
    channel->stamp = map_file(name, sizeof(uint64_t), create);
    channel->semaphore = create ? sem_open(channel->name, O_CREAT | O_EXCL, 0600, 0) : sem_open(channel->name, 0);
    if (channel->semaphore == SEM_FAILED)
        die("sem_open");
}

static void close_semaphore_channel(struct semaphore_channel *channel)
{
    if (!channel->semaphore)
        return;
    sem_close(channel->semaphore);
    munmap(channel->stamp, sizeof(uint64_t));
    if (channel->owned) {
        sem_unlink(channel->name);
        remove_file(channel->name + 1);
    }
    *channel = (struct semaphore_channel){0};
}

static void semaphore_listen(const char *channel)
{
    open_semaphore_channel(&semaphore_in, channel, true);
}

static void semaphore_connect(const char *channel)
{
    open_semaphore_channel(&semaphore_out, channel, false);
}

static void semaphore_send(const uint8_t *bytes, uint64_t size)
{
    (void)size;
    memcpy(semaphore_out.stamp, bytes, sizeof(uint64_t));
    sem_post(semaphore_out.semaphore);
}

static const uint8_t *semaphore_take(uint64_t *size)
{
    while (sem_wait(semaphore_in.semaphore) != 0)
        ;
    *size = sizeof(uint64_t);
    return (const uint8_t *)semaphore_in.stamp;
}

static void semaphore_release(void)
{
}

static void semaphore_close(void)
{
    close_semaphore_channel(&semaphore_in);
    close_semaphore_channel(&semaphore_out);
}

/*
 * ---- c-ring: slots in shared memory, two counters, spinning ----
 * A slot is a line for the size and then the frame, which therefore begins on a line and lets the widest registers copy
 * whole ones.
 * c-ring-apart leaves room between the slots, so that a processor that reads ahead of a frame does not take lines of
 * the next one from the sender.
 */

enum { SLOTS_SIZE = 4 << 20, COPIED_BY_LOOP = 4 << 10, APART = 16 << 10 };

static uint64_t gap; /* between two slots */

struct ring_header {
    _Alignas(CACHE_LINE) uint64_t written;
    _Alignas(CACHE_LINE) uint64_t released;
    _Alignas(CACHE_LINE) uint8_t slots[];
};

static struct slot_ring {
    char name[NAME_MAX_BYTES];
    struct ring_header *header;
    uint64_t slots, stride, length;
    uint64_t position;   /* of this side */
    uint64_t known_peer; /* the other side's counter when last looked at */
    bool owned;
} ring_in, ring_out;

static void open_ring(struct slot_ring *ring, const char *name, bool create)
{
    *ring = (struct slot_ring){.owned = create};
    snprintf(ring->name, sizeof ring->name, "%s", name);
    ring->stride = CACHE_LINE + (job.size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE + gap;
    ring->slots = SLOTS_SIZE / ring->stride > 4 ? SLOTS_SIZE / ring->stride : 4;
    ring->length = sizeof(struct ring_header) + ring->slots * ring->stride;
    ring->header = map_file(name, ring->length, create);
}

static uint8_t *ring_slot(const struct slot_ring *ring)
{
    return ring->header->slots + ring->position % ring->slots * ring->stride;
}

static void ring_listen(const char *channel)
{
    open_ring(&ring_in, channel, true);
}

static void ring_connect(const char *channel)
{
    open_ring(&ring_out, channel, false);
}

static void apart_listen(const char *channel)
{
    gap = APART;
    ring_listen(channel);
}

static void apart_connect(const char *channel)
{
    gap = APART;
    ring_connect(channel);
}

#ifdef __x86_64__
/*
 * GCC vectorises to half the width of AVX-512 unless told otherwise; told for the copy alone, so that the other peers
 * are compiled as ever.
 */
#define WIDEST_REGISTERS __attribute__((target("prefer-vector-width=512")))
#else
#define WIDEST_REGISTERS
#endif

/* Faster than memcpy from 4 KB on; the optimize attribute keeps GCC from making a memcpy of it again. */
WIDEST_REGISTERS __attribute__((noinline, optimize("no-tree-loop-distribute-patterns")))
static void copy_words(uint64_t *restrict to, const uint64_t *restrict from, uint64_t words)
{
    for (uint64_t i = 0; i < words; i++)
        to[i] = from[i];
}

static void copy_frame(uint8_t *to, const uint8_t *from, uint64_t size)
{
    uint64_t by_loop = size < COPIED_BY_LOOP ? 0 : size / sizeof(uint64_t) * sizeof(uint64_t);
    if (by_loop)
        copy_words((uint64_t *)to, (const uint64_t *)from, by_loop / sizeof(uint64_t));
    memcpy(to + by_loop, from + by_loop, size - by_loop);
}

static void ring_send(const uint8_t *bytes, uint64_t size)
{
    struct slot_ring *ring = &ring_out;
    while (ring->position - ring->known_peer == ring->slots) {
        ring->known_peer = __atomic_load_n(&ring->header->released, __ATOMIC_ACQUIRE);
        _mm_pause();
    }
    uint8_t *slot = ring_slot(ring);
    memcpy(slot, &size, sizeof size);
    copy_frame(slot + CACHE_LINE, bytes, size);
    __atomic_store_n(&ring->header->written, ++ring->position, __ATOMIC_RELEASE);
}

static const uint8_t *ring_take(uint64_t *size)
{
    struct slot_ring *ring = &ring_in;
    while (ring->position == ring->known_peer) {
        ring->known_peer = __atomic_load_n(&ring->header->written, __ATOMIC_ACQUIRE);
        _mm_pause();
    }
    const uint8_t *slot = ring_slot(ring);
    memcpy(size, slot, sizeof *size);
    return slot + CACHE_LINE;
}

static void ring_release(void)
{
    __atomic_store_n(&ring_in.header->released, ++ring_in.position, __ATOMIC_RELEASE);
}

static void close_ring(struct slot_ring *ring)
{
    if (!ring->header)
        return;
    munmap(ring->header, ring->length);
    if (ring->owned)
        remove_file(ring->name);
    ring->header = NULL;
}

static void ring_close(void)
{
    close_ring(&ring_in);
    close_ring(&ring_out);
}

/*
 * ---- c-wire: the least that the protocol lets two sides do per frame, spinning, one frame size ----
 * The stores of sections 3 and 4 to the lines they share in a buffer, and no look that those do not need: nobody dies,
 * lies or waits here.
 */

struct wire_header {
    _Alignas(CACHE_LINE) uint64_t sizes[5];
    uint64_t free, write_position, read_position;
    uint64_t written_count, read_count, writer_pid, reader_pid;
    _Alignas(CACHE_LINE) uint64_t write_semaphore;
    _Alignas(CACHE_LINE) uint64_t read_semaphore;
    _Alignas(CACHE_LINE) uint8_t payload[];
};

static struct wire {
    char name[NAME_MAX_BYTES];
    struct wire_header *header;
    uint64_t total, capacity, length;
    uint64_t position, frames; /* of this side */
    uint64_t known_free;
    bool owned;
} wire_in, wire_out;

static void open_wire(struct wire *wire, const char *name, bool create)
{
    *wire = (struct wire){.owned = create};
    snprintf(wire->name, sizeof wire->name, "%s", name);
    wire->total = FRAME_HEADER + job.size;
    uint64_t in_cache = (UINT64_C(1) << 20) / wire->total;
    wire->known_free = wire->capacity = wire->total * (in_cache > 4 ? in_cache : 4);
    wire->length = sizeof(struct wire_header) + wire->capacity;
    wire->header = map_file(name, wire->length, create);
    if (create) {
        wire->header->free = wire->capacity;
        wire->header->reader_pid = 1;
    }
}

static void wire_listen(const char *channel)
{
    open_wire(&wire_in, channel, true);
}

static void wire_connect(const char *channel)
{
    open_wire(&wire_out, channel, false);
}

static uint64_t next_place(const struct wire *wire)
{
    uint64_t end = wire->position + wire->total;
    return end == wire->capacity ? 0 : end;
}

static void await_space(struct wire *wire)
{
    while (wire->known_free < wire->total) {
        wire->known_free = __atomic_load_n(&wire->header->free, __ATOMIC_ACQUIRE);
        _mm_pause();
    }
}

static void announce(struct wire_header *header)
{
    __atomic_fetch_add(&header->write_semaphore, 1, __ATOMIC_RELEASE);
    /* Afterwards, when its cache line is here for the count. */
    if (__atomic_load_n(&header->reader_pid, __ATOMIC_ACQUIRE) == 0)
        die("the reader is gone");
}

static void wire_send(const uint8_t *bytes, uint64_t size)
{
    struct wire *wire = &wire_out;
    struct wire_header *header = wire->header;
    await_space(wire);
    uint8_t *frame = header->payload + wire->position;
    uint64_t frame_header[2] = {size, ++wire->frames};
    memcpy(frame, frame_header, sizeof frame_header);
    memcpy(frame + sizeof frame_header, bytes, size);
    wire->position = next_place(wire);
    __atomic_store_n(&header->write_position, wire->position, __ATOMIC_RELEASE);
    __atomic_store_n(&header->written_count, wire->frames, __ATOMIC_RELEASE);
    wire->known_free = __atomic_sub_fetch(&header->free, wire->total, __ATOMIC_ACQ_REL);
    announce(header);
}

static const uint8_t *wire_take(uint64_t *size)
{
    struct wire *wire = &wire_in;
    struct wire_header *header = wire->header;
    while (wire->known_free == wire->capacity) {
        wire->known_free = __atomic_load_n(&header->free, __ATOMIC_ACQUIRE);
        if (wire->known_free == wire->capacity)
            _mm_pause();
    }
    const uint8_t *frame = header->payload + wire->position;
    uint64_t frame_header[2];
    memcpy(frame_header, frame, sizeof frame_header);
    if (frame_header[1] != ++wire->frames)
        die("a frame is missing");
    *size = frame_header[0];
    wire->position = next_place(wire);
    __atomic_store_n(&header->read_position, wire->position, __ATOMIC_RELEASE);
    /* read_count is for display, and not stored for every frame by ours either. */
    return frame + sizeof frame_header;
}

static void wire_release(void)
{
    /* What it adds up to is looked at again when all that was seen is taken. */
    wire_in.known_free += wire_in.total;
    __atomic_fetch_add(&wire_in.header->free, wire_in.total, __ATOMIC_RELEASE);
    __atomic_fetch_add(&wire_in.header->read_semaphore, 1, __ATOMIC_RELEASE);
}

/*
 * ---- c-commit: c-wire in the order of docs/decisions/0002, so that a successor could finish a dead writer's work ----
 * The space is taken first, and the frame's size is marked until all is done; the reader waits for the position and for
 * the mark to go.
 * Small frames whose reader keeps step are rewound after a few as ours are (docs/decisions/0010).
 */

#define PENDING (UINT64_C(1) << 63)
#define FRAMES_IN_STEP 4
#define LARGEST_IN_STEP (2 << 10)

static void rewind_in_step(struct wire *wire)
{
    if (wire->total > LARGEST_IN_STEP || wire->position < FRAMES_IN_STEP * wire->total ||
        wire->known_free != wire->capacity - wire->total)
        return;
    if (__atomic_load_n(&wire->header->free, __ATOMIC_ACQUIRE) != wire->capacity)
        return;
    wire->position = 0;
    __atomic_store_n(&wire->header->read_position, 0, __ATOMIC_RELEASE);
}

static void commit_send(const uint8_t *bytes, uint64_t size)
{
    struct wire *wire = &wire_out;
    struct wire_header *header = wire->header;
    await_space(wire);
    rewind_in_step(wire);
    uint64_t *frame = (uint64_t *)(header->payload + wire->position);
    memcpy((uint8_t *)frame + FRAME_HEADER, bytes, size);
    __atomic_store_n(frame, size | PENDING, __ATOMIC_RELEASE);
    __atomic_store_n(frame + 1, ++wire->frames, __ATOMIC_RELEASE);
    wire->position = next_place(wire);
    wire->known_free = __atomic_sub_fetch(&header->free, wire->total, __ATOMIC_ACQ_REL);
    __atomic_store_n(&header->written_count, wire->frames, __ATOMIC_RELEASE);
    __atomic_store_n(&header->write_position, wire->position, __ATOMIC_RELEASE);
    __atomic_store_n(frame, size, __ATOMIC_RELEASE);
    announce(header);
}

static const uint8_t *commit_take(uint64_t *size)
{
    struct wire *wire = &wire_in;
    struct wire_header *header = wire->header;
    const uint64_t *frame = (const uint64_t *)(header->payload + wire->position);
    for (;; _mm_pause()) {
        uint64_t write_position = __atomic_load_n(&header->write_position, __ATOMIC_ACQUIRE);
        uint64_t free = __atomic_load_n(&header->free, __ATOMIC_ACQUIRE);
        if (free == wire->capacity)
            continue;
        uint64_t present = __atomic_load_n(&header->read_position, __ATOMIC_ACQUIRE);
        if (present != wire->position) {
            wire->position = present;
            frame = (const uint64_t *)(header->payload + present);
            /* Keeps this a branch: the frame is read ahead where it was expected. */
            __asm__ volatile("" ::: "memory");
        }
        if (free != 0 && write_position == wire->position)
            continue;
        *size = __atomic_load_n(frame, __ATOMIC_ACQUIRE);
        if (!(*size & PENDING))
            break;
    }
    if (frame[1] != ++wire->frames)
        die("a frame is missing");
    wire->position = next_place(wire);
    __atomic_store_n(&header->read_position, wire->position, __ATOMIC_RELEASE);
    return (const uint8_t *)frame + FRAME_HEADER;
}

static void close_wire(struct wire *wire)
{
    if (!wire->header)
        return;
    munmap(wire->header, wire->length);
    if (wire->owned)
        remove_file(wire->name);
    wire->header = NULL;
}

static void wire_close(void)
{
    close_wire(&wire_in);
    close_wire(&wire_out);
}

/* ---- c-zerobuffer: the protocol, blocking ---- */

static uint64_t taken;

static void succeed(status failure)
{
    if (failure) {
        printf("error %s %s\n", failure, detail);
        exit(1);
    }
}

static void zerobuffer_listen(const char *channel)
{
    uint64_t four_frames = 4 * (job.size + FRAME_HEADER), smallest = UINT64_C(4) << 20;
    uint64_t fitting = four_frames > smallest ? four_frames : smallest;
    succeed(create_reader(channel, 0, job.ring ? job.ring : fitting));
}

static void zerobuffer_connect(const char *channel)
{
    succeed(connect_writer(channel, PATIENCE_MS));
}

static void zerobuffer_send(const uint8_t *bytes, uint64_t size)
{
    succeed(reserve(size, PATIENCE_MS));
    memcpy(writer.ring.payload + writer.claim.position + FRAME_HEADER, bytes, size);
    publish();
}

static const uint8_t *zerobuffer_take(uint64_t *size)
{
    succeed(take_frame(PATIENCE_MS, &taken));
    *size = slot(taken)->size;
    return frame_bytes(slot(taken));
}

static void zerobuffer_release(void)
{
    release_frame(slot(taken));
}

static void zerobuffer_close(void)
{
    if (writer.open)
        close_writer();
    if (reader.open)
        close_reader();
}

static const struct transport transports[] = {
    {"c-semaphore", false, semaphore_listen, semaphore_connect, semaphore_send, semaphore_take, semaphore_release,
     semaphore_close},
    {"c-ring", true, ring_listen, ring_connect, ring_send, ring_take, ring_release, ring_close},
    {"c-ring-apart", true, apart_listen, apart_connect, ring_send, ring_take, ring_release, ring_close},
    {"c-wire", true, wire_listen, wire_connect, wire_send, wire_take, wire_release, wire_close},
    {"c-commit", true, wire_listen, wire_connect, commit_send, commit_take, wire_release, wire_close},
    {"c-zerobuffer", true, zerobuffer_listen, zerobuffer_connect, zerobuffer_send, zerobuffer_take, zerobuffer_release,
     zerobuffer_close},
};

static const struct transport *transport;

/* ---- figures ---- */

/* Exact below 2048, then with ten binary digits: wrong by 0.1 % at most. */
enum { EXACT = 2048, PER_DOUBLING = 1024, BUCKETS = EXACT + 40 * PER_DOUBLING };

static uint64_t histogram[BUCKETS], histogram_count;

static void record(uint64_t value)
{
    int shift = value < EXACT ? 0 : 53 - __builtin_clzll(value);
    uint64_t bucket = (uint64_t)shift * PER_DOUBLING + (value >> shift);
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    histogram_count++;
}

static uint64_t percentile(double part)
{
    uint64_t wanted = (uint64_t)(part * (double)histogram_count + 0.999999), seen = 0;
    for (uint64_t bucket = 0; bucket < BUCKETS; bucket++) {
        seen += histogram[bucket];
        if (seen >= wanted && seen > 0) {
            uint64_t shift = bucket < EXACT ? 0 : bucket / PER_DOUBLING - 1;
            return (bucket - shift * PER_DOUBLING) << shift;
        }
    }
    return 0;
}

static void forget_records(void)
{
    memset(histogram, 0, sizeof histogram);
    histogram_count = 0;
}

static struct {
    uint64_t wall, cpu;
} started, elapsed;

static uint64_t cpu_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

static void start_meter(void)
{
    started.cpu = cpu_time();
    started.wall = now();
}

static void stop_meter(void)
{
    elapsed.wall = now() - started.wall;
    elapsed.cpu = cpu_time() - started.cpu;
}

static void print_result(uint64_t frames)
{
    printf("result frames=%llu nanos=%llu cpu=%llu", (unsigned long long)frames, (unsigned long long)elapsed.wall,
           (unsigned long long)elapsed.cpu);
    if (histogram_count)
        printf(" p50=%llu p90=%llu p99=%llu p999=%llu max=%llu", (unsigned long long)percentile(0.5),
               (unsigned long long)percentile(0.9), (unsigned long long)percentile(0.99),
               (unsigned long long)percentile(0.999), (unsigned long long)percentile(1.0));
    puts("");
}

/* ---- the two sides ---- */

static uint8_t *pages, *payload;
static uint64_t rest_of_lines, number, received;

static bool kind_is(const char *kind)
{
    return strcmp(job.kind, kind) == 0;
}

static bool replies(void)
{
    return kind_is("round-trip") || kind_is("fixed-rate") || kind_is("check");
}

static uint64_t load_long(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* The two sides make the same bytes, none of them 0, in the middle of a page: see Payload.java. */
static void prepare_payload(void)
{
    uint64_t random = job.size | 1;
    pages = aligned_alloc(PAGE, (OFFSET_IN_PAGE + job.size + PAGE - 1) / PAGE * PAGE);
    payload = pages + OFFSET_IN_PAGE;
    for (uint64_t i = 0; i < job.size; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        payload[i] = (uint8_t)(random >> 33) | 1;
    }
    rest_of_lines = 0;
    for (uint64_t i = CACHE_LINE; i + sizeof(uint64_t) <= job.size; i += CACHE_LINE)
        rest_of_lines += load_long(payload + i);
}

static void check_frame_content(const uint8_t *bytes, uint64_t size)
{
    received++;
    uint64_t stamp = load_long(bytes), sum = 0;
    if (transport->carries_data) {
        for (uint64_t i = 0; i + sizeof(uint64_t) <= size; i += CACHE_LINE)
            sum += load_long(bytes + i);
        bool same = size == job.size && sum == rest_of_lines + stamp;
        if (!same ||
            (kind_is("check") && memcmp(bytes + sizeof stamp, payload + sizeof stamp, size - sizeof stamp) != 0))
            die("a frame is not what was sent");
    }
    if (!kind_is("wake-up") && (stamp & NUMBER_MASK) != received)
        die("a frame is missing or came twice");
}

static void send_stamped(uint64_t stamp)
{
    memcpy(payload, &stamp, sizeof stamp);
    transport->send(payload, job.size);
}

static void send_next(uint64_t mark)
{
    send_stamped(++number | mark);
}

static void exchange(uint64_t mark)
{
    uint64_t size;
    send_next(mark);
    const uint8_t *bytes = transport->take(&size);
    check_frame_content(bytes, size);
    transport->release();
}

static void mark(uint64_t which)
{
    if (replies())
        exchange(which);
    else
        send_next(which);
}

static void wait_until(uint64_t due)
{
    for (uint64_t time = now(); time < due; time = now())
        if (due - time > SLEEP_ERROR)
            pause_for(due - time - SLEEP_ERROR);
}

static void work(uint64_t milliseconds)
{
    uint64_t start = now(), end = start + milliseconds * MILLISECOND;
    if (kind_is("round-trip"))
        for (uint64_t before = now(); before < end;) {
            exchange(0);
            uint64_t after = now();
            record(after - before);
            before = after;
        }
    else if (kind_is("stream"))
        while (now() < end)
            for (uint64_t i = 0; i <= BYTES_PER_LOOK / job.size; i++)
                send_next(0);
    else if (kind_is("fixed-rate"))
        for (uint64_t i = 0, due = start; due < end; due = start + ++i * SECOND / job.rate) {
            wait_until(due);
            if (now() < end)
                exchange(0);
            record(now() - due);
        }
    else if (kind_is("wake-up"))
        for (uint64_t due = now() + PAUSE_BEFORE_WAKE_UP; due < end; due = now() + PAUSE_BEFORE_WAKE_UP) {
            wait_until(due);
            number++;
            send_stamped(now());
        }
    else if (kind_is("idle"))
        wait_until(end);
    else
        for (int i = 0; i < CHECKED_FRAMES; i++)
            exchange(0);
}

static void run_near(void)
{
    work(job.warm_up_ms);
    mark(FIRST_MARK);
    forget_records();
    uint64_t before = number;
    start_meter();
    work(job.ms);
    stop_meter();
    uint64_t frames = number - before;
    mark(LAST_MARK);
    print_result(frames);
}

static void run_far(void)
{
    uint64_t frames = 0, before = 0;
    for (bool last = false; !last;) {
        uint64_t size;
        const uint8_t *bytes = transport->take(&size);
        uint64_t stamp = load_long(bytes);
        bool first = stamp & FIRST_MARK;
        last = stamp & LAST_MARK;
        frames++;
        if (last)
            stop_meter();
        if (replies())
            transport->send(bytes, size);
        else
            check_frame_content(bytes, size);
        if (kind_is("wake-up") && !first && !last)
            record(now() - stamp);
        transport->release();
        if (first) {
            forget_records();
            before = frames;
            start_meter();
        }
    }
    print_result(frames - before - 1);
}

/* ---- how far apart two processors are: the time that a cache line takes forth and back ---- */

enum { EXCHANGES = 1000, BATCHES = 21 };

static struct {
    _Alignas(2 * CACHE_LINE) uint64_t word; /* some processors fetch lines in pairs */
    _Alignas(2 * CACHE_LINE) int far_processor;
} ball;

static void pin_to(int processor)
{
    cpu_set_t processors;
    CPU_ZERO(&processors);
    CPU_SET(processor, &processors);
    if (sched_setaffinity(0, sizeof processors, &processors) != 0)
        die("sched_setaffinity");
}

static void await_ball(uint64_t value)
{
    while (__atomic_load_n(&ball.word, __ATOMIC_ACQUIRE) != value)
        _mm_pause();
}

static void throw_ball(uint64_t value)
{
    __atomic_store_n(&ball.word, value, __ATOMIC_RELEASE);
}

static void *throw_back(void *nothing)
{
    pin_to(ball.far_processor);
    for (uint64_t i = 1; i <= EXCHANGES * BATCHES; i++) {
        await_ball(2 * i - 1);
        throw_ball(2 * i);
    }
    return nothing;
}

static int compare_times(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

/* The median of the batches, because one in which a side lost its processor says nothing. */
static uint64_t measure_distance(void)
{
    uint64_t times[BATCHES], exchanges = 0;
    pthread_t far;
    ball.word = 0;
    if ((errno = pthread_create(&far, NULL, throw_back, NULL)) != 0)
        die("pthread_create");
    for (int batch = 0; batch < BATCHES; batch++) {
        uint64_t start = now();
        for (int i = 0; i < EXCHANGES; i++) {
            throw_ball(2 * ++exchanges - 1);
            await_ball(2 * exchanges);
        }
        times[batch] = now() - start;
    }
    pthread_join(far, NULL);
    qsort(times, BATCHES, sizeof *times, compare_times);
    return times[BATCHES / 2] / EXCHANGES;
}

static int tell_distances(int near_processor, int far_processor)
{
    char line[16];
    pin_to(near_processor);
    ball.far_processor = far_processor;
    while (fgets(line, sizeof line, stdin)) {
        printf("nanos %llu\n", (unsigned long long)measure_distance());
        fflush(stdout);
    }
    return 0;
}

static void close_everything(int signal)
{
    (void)signal;
    transport->close();
    _exit(1);
}

int main(int count, char **words)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* nobody is left to work for */
    if (count == 4 && strcmp(words[1], "distance") == 0)
        return tell_distances(atoi(words[2]), atoi(words[3]));
    for (size_t i = 0; count == 4 && i < sizeof transports / sizeof *transports; i++)
        if (strcmp(words[1], transports[i].name) == 0)
            transport = &transports[i];
    if (!transport) {
        fprintf(stderr, "usage: peers c-semaphore|c-ring|c-ring-apart|c-wire|c-commit|c-zerobuffer near|far DIRECTORY\n"
                        "       peers distance CPU CPU\n");
        return 2;
    }
    bool far = strcmp(words[2], "far") == 0;
    snprintf(directory, sizeof directory, "%s", words[3]);
    signal(SIGTERM, close_everything);

    char line[1024], name[NAME_MAX_BYTES + 1];
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "open %245s kind=%31s size=%lu ring=%lu held=%lu channels=%lu rate=%lu warm-up-ms=%lu ms=%lu",
                   name, job.kind, &job.size, &job.ring, &job.held, &job.channels, &job.rate, &job.warm_up_ms,
                   &job.ms) == 9) {
            number = received = 0;
            forget_records();
            prepare_payload();
            bool receives = far || replies();
            if (receives)
                transport->listen(name);
            printf("ready %s\n", receives ? name : "-");
        } else if (sscanf(line, "run %245s", name) == 1) {
            if (strcmp(name, "-") != 0)
                transport->connect(name);
            if (far)
                run_far();
            else
                run_near();
        } else if (strncmp(line, "close", 5) == 0) {
            transport->close();
            free(pages);
            puts("closed");
        } else {
            printf("error unknown request: %s", line);
        }
        fflush(stdout);
    }
    transport->close();
    return 0;
}

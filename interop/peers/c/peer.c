/*
 * A ZeroBuffer v1 peer for Linux, driven line by line over standard input. docs/protocol.md is the wire contract,
 * interop/README.md the line protocol. "Section" in a comment is one of docs/protocol.md.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "shared memory holds little-endian integers");

enum offset {
    OIEB_SIZE = 0x00,
    VERSION = 0x04,
    METADATA_SIZE = 0x08,
    METADATA_FREE = 0x10,
    METADATA_WRITTEN = 0x18,
    PAYLOAD_SIZE = 0x20,
    PAYLOAD_FREE = 0x28,
    WRITE_POS = 0x30,
    READ_POS = 0x38,
    WRITTEN_COUNT = 0x40,
    READ_COUNT = 0x48,
    WRITER_PID = 0x50,
    READER_PID = 0x58,
    PAYLOAD_TAKEN = 0x78,
    HEADER_BLOCK = 128,
};

enum { FRAME_HEADER = 16, METADATA_PREFIX = 8, BLOCK_ALIGNMENT = 64, NAME_MAX_BYTES = 245, PATH_SIZE = 320 };

#define MILLISECOND UINT64_C(1000000)
#define WAIT_SLICE (50 * MILLISECOND)
#define PUBLISHED_WAIT (5000 * MILLISECOND)
#define PUBLISHED_CPP_WAIT (100 * MILLISECOND)
#define CONNECT_INTERVAL (10 * MILLISECOND)
#define LARGEST_BLOCK (UINT64_C(1) << 61)
#define LOCK_DIRECTORY "/tmp/zerobuffer"
#define CSHARP_LOCK_DIRECTORY LOCK_DIRECTORY "/locks"

static enum flavour { V1, CPP, CSHARP, PYTHON } flavour = V1;

/* As it was published until 2025, before payload_free_bytes was changed atomically. */
static bool of_2025;

/* Between the load and the store of such a change, in nanoseconds. */
static uint64_t pause_in_change;

/* NULL for success, otherwise an error code of the line protocol; the words that go with it are in detail. */
typedef const char *status;

static const char TIMEOUT[] = "timeout";
static _Thread_local char detail[160];

static status fail(status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return code;
}

static status corrupt(const char *field, uint64_t value)
{
    return fail("corrupt", "field=%s value=%llu", field, (unsigned long long)value);
}

static status system_error(int error, const char *what)
{
    switch (error) {
    case EACCES: case EPERM: case ELOOP: case EROFS:
        return fail("permission", "%s: %s", what, strerror(error));
    case ENOSPC: case EFBIG: case EDQUOT: case ENOMEM:
        return fail("no-space", "%s: %s", what, strerror(error));
    default:
        return fail("other", "%s: %s", what, strerror(error));
    }
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t deadline_in(uint64_t milliseconds)
{
    return now() + smaller(milliseconds, INT64_MAX / 2 / MILLISECOND) * MILLISECOND;
}

static struct timespec timespec_of(uint64_t nanoseconds)
{
    return (struct timespec){.tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
}

static void pause_for(uint64_t nanoseconds)
{
    struct timespec until = timespec_of(now() + nanoseconds);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
}

static bool take_token(sem_t *semaphore, uint64_t deadline)
{
    struct timespec until = timespec_of(deadline);
    while (sem_clockwait(semaphore, CLOCK_MONOTONIC, &until) != 0)
        if (errno != EINTR)
            return false;
    return true;
}

/* EOVERFLOW is the only way to fail, and 2^31 tokens wake a waiter as well as one more would. */
static void post(sem_t *semaphore)
{
    sem_post(semaphore);
}

static bool process_alive(uint64_t pid)
{
    if (pid == 0 || pid > INT_MAX)
        return false;
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

static bool legal_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= NAME_MAX_BYTES && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

static uint32_t crc_table[256];

static void prepare_crc(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? 0x82F63B78 : 0);
        crc_table[i] = c;
    }
}

static uint32_t crc32c(const uint8_t *bytes, uint64_t size)
{
    uint32_t c = UINT32_MAX;
    for (uint64_t i = 0; i < size; i++)
        c = c >> 8 ^ crc_table[(c ^ bytes[i]) & 0xFF];
    return ~c;
}

/* One mapped buffer. The sizes are the checked copies; shared memory is not asked again. */
struct ring {
    uint8_t *base;
    size_t length;
    uint64_t metadata_size;
    uint64_t payload_size;
    uint8_t *payload;
    sem_t *frames_written;
    sem_t *frames_released;
};

struct frame_header {
    uint64_t size;
    uint64_t sequence;
};

static uint64_t *field(const struct ring *ring, enum offset offset)
{
    return (uint64_t *)(ring->base + offset);
}

static uint64_t load(const struct ring *ring, enum offset offset)
{
    return __atomic_load_n(field(ring, offset), __ATOMIC_ACQUIRE);
}

static void store(const struct ring *ring, enum offset offset, uint64_t value)
{
    __atomic_store_n(field(ring, offset), value, __ATOMIC_RELEASE);
}

/* Release order: who sees the new free space also sees the frame published, or the reading finished, before it. */
static void add_free(const struct ring *ring, uint64_t bytes)
{
    if (!of_2025) {
        __atomic_fetch_add(field(ring, PAYLOAD_FREE), bytes, __ATOMIC_RELEASE);
        return;
    }
    uint64_t before = load(ring, PAYLOAD_FREE);
    if (pause_in_change)
        pause_for(pause_in_change);
    store(ring, PAYLOAD_FREE, before + bytes);
}

static void subtract_free(const struct ring *ring, uint64_t bytes)
{
    add_free(ring, -bytes);
}

/*
 * The defective readers parse a tail that is too short for a header; what would lie outside the mapping reads as 0.
 * Volatile: the other process may write at any time, and a checked value must not be fetched a second time.
 */
static struct frame_header read_frame_header(const struct ring *ring, uint64_t position)
{
    const volatile uint8_t *source = ring->payload + position;
    uint64_t mapped = (uint64_t)(ring->base + ring->length - (ring->payload + position));
    uint8_t bytes[FRAME_HEADER] = {0};
    for (uint64_t i = 0; i < smaller(FRAME_HEADER, mapped); i++)
        bytes[i] = source[i];
    struct frame_header header;
    memcpy(&header, bytes, sizeof header);
    return header;
}

static void write_frame_header(const struct ring *ring, uint64_t position, struct frame_header header)
{
    memcpy(ring->payload + position, &header, sizeof header);
}

static void set_sizes(struct ring *ring, uint64_t metadata_size, uint64_t payload_size)
{
    ring->metadata_size = metadata_size;
    ring->payload_size = payload_size;
    ring->payload = ring->base + HEADER_BLOCK + metadata_size;
}

static status map_segment(struct ring *ring, int fd, size_t length)
{
    void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        return system_error(errno, "mmap");
    ring->base = base;
    ring->length = length;
    return NULL;
}

static void unmap(struct ring *ring)
{
    if (ring->frames_written)
        sem_close(ring->frames_written);
    if (ring->frames_released)
        sem_close(ring->frames_released);
    if (ring->base)
        munmap(ring->base, ring->length);
    *ring = (struct ring){0};
}

/* A file this reader made, remembered by inode: by the time it closes, the name may be a successor's. */
struct owned_file {
    char path[PATH_SIZE];
    dev_t device;
    ino_t inode;
};

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static void own(struct owned_file *file, const char *directory, const char *prefix, const char *name,
                const char *suffix)
{
    struct stat st;
    snprintf(file->path, sizeof file->path, "%s/%s%s%s", directory, prefix, name, suffix);
    if (lstat(file->path, &st) != 0)
        st = (struct stat){0};
    file->device = st.st_dev;
    file->inode = st.st_ino;
}

static void unlink_owned(struct owned_file *file)
{
    struct stat st;
    if (file->path[0] && lstat(file->path, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode)
        unlink(file->path);
    file->path[0] = '\0';
}

/* cost is what the release gives back: the frame and, in v1, the end of the ring skipped to reach it. */
struct held_frame {
    uint64_t position;
    uint64_t size;
    uint64_t sequence;
    uint64_t cost;
    bool released;
};

static struct reader {
    bool open;
    struct ring ring;
    int lock_fd;
    struct owned_file segment, written_semaphore, released_semaphore, lock;
    uint64_t expected_sequence;
    bool writer_seen;
} reader;

/* Handles first to next - 1 are the frames whose space is not given back yet; handle h is in slot h % capacity. */
static struct held_queue {
    struct held_frame *slots;
    uint64_t capacity;
    uint64_t first, next;
    uint64_t bytes;
} held = {.first = 1, .next = 1};

/* Handles that were held when their reader closed. */
static struct {
    uint64_t *handles;
    size_t count;
} orphans;

static void *resized(void *memory, uint64_t count, size_t size)
{
    void *result = reallocarray(memory, count, size);
    if (!result) {
        perror("peer");
        exit(1);
    }
    return result;
}

static struct held_frame *slot(uint64_t handle)
{
    return &held.slots[handle % held.capacity];
}

static struct held_frame *held_frame(uint64_t handle)
{
    bool queued = handle >= held.first && handle < held.next;
    return queued && !slot(handle)->released ? slot(handle) : NULL;
}

static uint64_t hold_frame(struct held_frame frame)
{
    if (held.next - held.first == held.capacity) {
        struct held_queue old = held;
        held.capacity = old.capacity ? 2 * old.capacity : 64;
        held.slots = resized(NULL, held.capacity, sizeof *held.slots);
        for (uint64_t h = held.first; h < held.next; h++)
            *slot(h) = old.slots[h % old.capacity];
        free(old.slots);
    }
    *slot(held.next) = frame;
    held.bytes += frame.cost;
    return held.next++;
}

static void give_back(const struct held_frame *frame)
{
    held.bytes -= frame->cost;
    add_free(&reader.ring, frame->cost);
    post(reader.ring.frames_released);
}

/*
 * A writer takes free space for one contiguous stretch behind read_pos, so v1 frees nothing behind a frame still held.
 */
static void release_frame(struct held_frame *frame)
{
    frame->released = true;
    if (flavour != V1)
        give_back(frame);
    for (; held.first < held.next && slot(held.first)->released; held.first++)
        if (flavour == V1)
            give_back(slot(held.first));
}

static void orphan_held_frames(void)
{
    for (uint64_t h = held.first; h < held.next; h++) {
        if (slot(h)->released)
            continue;
        orphans.handles = resized(orphans.handles, orphans.count + 1, sizeof *orphans.handles);
        orphans.handles[orphans.count++] = h;
    }
    held.first = held.next;
    held.bytes = 0;
}

static bool release_orphan(uint64_t handle)
{
    for (size_t i = 0; i < orphans.count; i++)
        if (orphans.handles[i] == handle) {
            orphans.handles[i] = orphans.handles[--orphans.count];
            return true;
        }
    return false;
}

static void make_shared(const char *directory)
{
    if (mkdir(directory, 0700) == 0)
        chmod(directory, 01777);
}

static status take_lock(const char *name)
{
    char path[PATH_SIZE];
    const char *directory = flavour == CSHARP ? CSHARP_LOCK_DIRECTORY : LOCK_DIRECTORY;
    snprintf(path, sizeof path, "%s/%s.lock", directory, name);
    make_shared(LOCK_DIRECTORY);
    make_shared(directory);
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
            return system_error(errno, "lock file");
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int error = errno;
            close(fd);
            return error == EWOULDBLOCK ? fail("reader-exists", "the lock is held") : system_error(error, "flock");
        }
        struct stat locked, named;
        if (fstat(fd, &locked) == 0 && lstat(path, &named) == 0 && same_file(&locked, &named)) {
            reader.lock_fd = fd;
            own(&reader.lock, directory, "", name, ".lock");
            return NULL;
        }
        close(fd); /* its owner unlinked it between our open and our flock */
    }
}

/* What a dead reader left that holds the lock file of C# too. */
static status remove_stale_csharp_lock(const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, LOCK_DIRECTORY "/locks/%s.lock", name);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    bool held = flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (!held)
        unlink(path);
    close(fd);
    return held ? fail("reader-exists", "the lock file of C# is held") : NULL;
}

/* The lock alone does not prove the segment stale: not every implementation uses this lock file. */
static status remove_stale_objects(const char *name)
{
    char path[PATH_SIZE];
    uint64_t pid = 0;
    snprintf(path, sizeof path, "/%s", name);
    int fd = shm_open(path, O_RDONLY, 0);
    if (fd < 0 && errno != ENOENT)
        return system_error(errno, "stale segment");
    if (fd >= 0) {
        bool known = pread(fd, &pid, sizeof pid, READER_PID) == sizeof pid;
        close(fd);
        bool is_own = pid == (uint64_t)getpid(); /* the first process of a container has the id of the one before */
        if (known && !is_own && process_alive(pid))
            return fail("reader-exists", "pid=%llu", (unsigned long long)pid);
        if (shm_unlink(path) != 0 && errno != ENOENT)
            return system_error(errno, "stale segment");
    }
    snprintf(path, sizeof path, "/.zb-%s", name);
    if (shm_unlink(path) != 0 && errno != ENOENT)
        return system_error(errno, "unfinished segment");
    snprintf(path, sizeof path, "/sem-w-%s", name);
    if (sem_unlink(path) != 0 && errno != ENOENT)
        return system_error(errno, "stale semaphore");
    snprintf(path, sizeof path, "/sem-r-%s", name);
    if (sem_unlink(path) != 0 && errno != ENOENT)
        return system_error(errno, "stale semaphore");
    return NULL;
}

static uint64_t pid_in_segment(const char *path, enum offset offset)
{
    uint64_t pid = 0;
    int fd = shm_open(path, O_RDONLY, 0);
    if (fd >= 0) {
        if (pread(fd, &pid, sizeof pid, offset) != sizeof pid)
            pid = 0;
        close(fd);
    }
    return pid;
}

static void remove_orphan(const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/%s", name);
    if (process_alive(pid_in_segment(path, READER_PID)) || process_alive(pid_in_segment(path, WRITER_PID)))
        return;
    shm_unlink(path);
    snprintf(path, sizeof path, "/sem-w-%s", name);
    sem_unlink(path);
    snprintf(path, sizeof path, "/sem-r-%s", name);
    sem_unlink(path);
}

/*
 * Each csharp reader first removes what others left: of every lock file nobody holds the buffer of that name, too, if
 * neither process id means anything here. Only of names that begin as its own, up to the second dash: others use this
 * machine.
 */
static void remove_leftovers_of_others(const char *own_name)
{
    const char *dash = strchr(own_name, '-');
    dash = dash ? strchr(dash + 1, '-') : NULL;
    DIR *directory = dash ? opendir(CSHARP_LOCK_DIRECTORY) : NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char *end = strrchr(entry->d_name, '.');
        if (strncmp(entry->d_name, own_name, (size_t)(dash - own_name) + 1) != 0 || !end || strcmp(end, ".lock") != 0)
            continue;
        int fd = openat(dirfd(directory), entry->d_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
            unlinkat(dirfd(directory), entry->d_name, 0);
            *end = '\0';
            remove_orphan(entry->d_name);
        }
        if (fd >= 0)
            close(fd);
    }
    if (directory)
        closedir(directory);
}

static uint64_t aligned(uint64_t size)
{
    return (size + BLOCK_ALIGNMENT - 1) & ~(uint64_t)(BLOCK_ALIGNMENT - 1);
}

static status create_segment(const char *name, uint64_t metadata_size, uint64_t payload_size)
{
    char path[PATH_SIZE];
    size_t length = HEADER_BLOCK + metadata_size + payload_size;
    snprintf(path, sizeof path, "/%s", name);
    int fd = shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0)
        return system_error(errno, "segment");
    own(&reader.segment, "/dev/shm", "", name, "");
    int error; /* reserved now, because a sparse segment would raise SIGBUS when /dev/shm fills up */
    while ((error = posix_fallocate(fd, 0, (off_t)length)) == EINTR)
        ;
    status failure = error ? system_error(error, "segment") : map_segment(&reader.ring, fd, length);
    close(fd);
    if (!failure)
        set_sizes(&reader.ring, metadata_size, payload_size);
    return failure;
}

static status create_semaphore(sem_t **semaphore, struct owned_file *file, const char *prefix, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/%s%s", prefix, name);
    sem_t *created = sem_open(path, O_CREAT | O_EXCL, 0600, 0);
    if (created == SEM_FAILED)
        return system_error(errno, "semaphore");
    *semaphore = created;
    char file_prefix[16];
    snprintf(file_prefix, sizeof file_prefix, "sem.%s", prefix);
    own(file, "/dev/shm", file_prefix, name, "");
    return NULL;
}

/* oieb_size comes last: a writer that sees it sees a complete buffer. */
static void publish_header(const struct ring *ring)
{
    static const uint8_t version[4] = {1, 0, 0, 0};
    memcpy(ring->base + VERSION, version, sizeof version);
    store(ring, METADATA_SIZE, ring->metadata_size);
    store(ring, METADATA_FREE, ring->metadata_size);
    store(ring, PAYLOAD_SIZE, ring->payload_size);
    store(ring, PAYLOAD_FREE, ring->payload_size);
    store(ring, READER_PID, (uint64_t)getpid());
    if (flavour == V1)
        store(ring, PAYLOAD_TAKEN, UINT64_MAX); /* this reader goes by payload_free_bytes: writers must keep it exact */
    __atomic_store_n((uint32_t *)(ring->base + OIEB_SIZE), HEADER_BLOCK, __ATOMIC_RELEASE);
}

/* The lock file goes last and while it is locked, so that a successor starts only after everything else is gone. */
static void discard_reader(void)
{
    unlink_owned(&reader.segment);
    unlink_owned(&reader.written_semaphore);
    unlink_owned(&reader.released_semaphore);
    unmap(&reader.ring);
    unlink_owned(&reader.lock);
    if (reader.lock_fd >= 0)
        close(reader.lock_fd);
    reader.open = false;
}

static status create_reader(const char *name, uint64_t metadata_size, uint64_t payload_size)
{
    reader = (struct reader){.lock_fd = -1, .expected_sequence = 1};
    if (flavour == CSHARP)
        remove_leftovers_of_others(name);
    status failure = take_lock(name);
    if (!failure)
        failure = flavour == CSHARP ? NULL : remove_stale_csharp_lock(name);
    if (!failure)
        failure = remove_stale_objects(name);
    if (!failure)
        failure = create_segment(name, metadata_size, payload_size);
    if (!failure)
        failure = create_semaphore(&reader.ring.frames_written, &reader.written_semaphore, "sem-w-", name);
    if (!failure)
        failure = create_semaphore(&reader.ring.frames_released, &reader.released_semaphore, "sem-r-", name);
    if (failure) {
        discard_reader();
        return failure;
    }
    publish_header(&reader.ring);
    reader.open = true;
    return NULL;
}

static void close_reader(void)
{
    orphan_held_frames();
    store(&reader.ring, READER_PID, 0);
    if (flavour == V1)
        post(reader.ring.frames_released);
    discard_reader();
}

/* The published readers look at the process only after a whole wait without a token. */
static bool writer_gone(bool looks_at_process)
{
    uint64_t pid = load(&reader.ring, WRITER_PID);
    if (pid != 0)
        reader.writer_seen = true;
    return pid == 0 ? reader.writer_seen : looks_at_process && !process_alive(pid);
}

static status check_frame(struct frame_header header, uint64_t room, uint64_t unread)
{
    bool restart = flavour == V1 && header.sequence == 1;
    if (header.sequence != reader.expected_sequence && !restart)
        return fail("sequence", "expected=%llu found=%llu", (unsigned long long)reader.expected_sequence,
                    (unsigned long long)header.sequence);
    uint64_t largest = smaller(room, unread);
    if (header.size == 0 || largest < FRAME_HEADER || header.size > largest - FRAME_HEADER)
        return corrupt("frame_size", header.size);
    return NULL;
}

static void consume(const struct held_frame *frame, uint64_t counted)
{
    const struct ring *ring = &reader.ring;
    uint64_t end = frame->position + FRAME_HEADER + frame->size;
    /* v1 stays at the end: read_pos 0 beside a write_pos at the end would stop a Python writer for good (section 4) */
    store(ring, READ_POS, flavour != V1 && end == ring->payload_size ? 0 : end);
    store(ring, READ_COUNT, load(ring, READ_COUNT) + counted);
    reader.expected_sequence = frame->sequence + 1;
    reader.writer_seen = true;
}

/*
 * Looks at what a token announced; *handle stays 0 when v1 finds that it was no frame. free is loaded before the
 * position and the frame: its acquire order makes them visible, a rewind of read_pos included.
 */
static status read_next(uint64_t *handle)
{
    const struct ring *ring = &reader.ring;
    uint64_t unread = UINT64_MAX;
    if (flavour == V1) {
        uint64_t free_bytes = load(ring, PAYLOAD_FREE);
        if (free_bytes > ring->payload_size - held.bytes)
            return corrupt("payload_free_bytes", free_bytes);
        unread = ring->payload_size - held.bytes - free_bytes;
        if (unread == 0)
            return NULL;
    }
    uint64_t position = load(ring, READ_POS);
    if (position > ring->payload_size)
        return corrupt("payload_read_pos", position);

    uint64_t room = ring->payload_size - position, skipped = 0, counted = 1;
    bool implicit_wrap = flavour == V1 && room < FRAME_HEADER;
    struct frame_header header = {0};
    if (!implicit_wrap)
        header = read_frame_header(ring, position);
    if (header.size == 0) {
        if (flavour == V1 && unread <= room)
            return NULL; /* the writer is between its marker and its frame */
        if (flavour == V1) {
            skipped = room;
            unread -= room;
            counted += !implicit_wrap;
        } else {
            add_free(ring, room);
            store(ring, READ_POS, 0);
            store(ring, READ_COUNT, load(ring, READ_COUNT) + 1);
            if (of_2025 && flavour == PYTHON)
                post(ring->frames_released);
        }
        position = 0;
        room = ring->payload_size;
        header = read_frame_header(ring, 0);
    }
    status failure = check_frame(header, room, unread);
    if (failure)
        return failure;
    struct held_frame frame = {.position = position, .size = header.size, .sequence = header.sequence,
                               .cost = skipped + FRAME_HEADER + header.size};
    consume(&frame, counted);
    *handle = hold_frame(frame);
    return NULL;
}

/* The published readers take equal counts for "nothing left", and lose frames when their writer counts otherwise. */
static bool counts_say_finished(void)
{
    return flavour != V1 && load(&reader.ring, WRITTEN_COUNT) == load(&reader.ring, READ_COUNT)
        && writer_gone(false);
}

static status take_frame(uint64_t timeout, uint64_t *handle)
{
    uint64_t deadline = deadline_in(timeout);
    if (flavour == PYTHON && held.first != held.next)
        return fail("held", "one frame at a time");
    uint64_t slice = flavour == V1 ? WAIT_SLICE : PUBLISHED_WAIT;
    bool looks = flavour == V1;
    for (*handle = 0; *handle == 0;) {
        uint64_t time = now();
        bool over = time >= deadline;
        /* Before the semaphore: a writer that is gone has posted its last token. */
        bool gone = writer_gone(looks || over);
        bool last = gone || over;
        if (!take_token(reader.ring.frames_written, last ? time : smaller(deadline, time + slice))) {
            if (gone)
                return fail("writer-dead", "no frame left");
            if (last)
                return fail(TIMEOUT, "%s", "");
            looks = true;
            continue;
        }
        reader.writer_seen = true; /* only a writer posts */
        if (counts_say_finished())
            return fail("writer-dead", "counts are equal");
        status failure = read_next(handle);
        if (failure) {
            post(reader.ring.frames_written); /* the frame is still there */
            return failure;
        }
    }
    return NULL;
}

/* A claim is private until it is published; giving it up leaves no trace. */
struct claim {
    bool open;
    bool rewinds;
    uint64_t size;
    uint64_t write_pos;
    uint64_t skipped;
    uint64_t position;
};

static struct writer {
    bool open;
    struct ring ring;
    uint64_t sequence;
    struct claim claim;
} writer;

static bool short_tail(uint64_t bytes)
{
    return bytes > 0 && bytes < FRAME_HEADER;
}

static status check_header(struct ring *ring)
{
    uint32_t header_size = __atomic_load_n((uint32_t *)(ring->base + OIEB_SIZE), __ATOMIC_ACQUIRE);
    uint8_t major = __atomic_load_n(ring->base + VERSION, __ATOMIC_RELAXED);
    uint64_t metadata_size = load(ring, METADATA_SIZE);
    uint64_t payload_size = load(ring, PAYLOAD_SIZE);
    uint64_t blocks = ring->length - HEADER_BLOCK;
    if (major != 1)
        return fail("version", "major=%u", major);
    if (header_size != HEADER_BLOCK)
        return corrupt("oieb_size", header_size);
    if (metadata_size % BLOCK_ALIGNMENT || metadata_size > blocks)
        return corrupt("metadata_size", metadata_size);
    if (payload_size == 0 || payload_size % BLOCK_ALIGNMENT || payload_size > blocks - metadata_size)
        return corrupt("payload_size", payload_size);
    set_sizes(ring, metadata_size, payload_size);
    return NULL;
}

static status open_semaphore(sem_t **semaphore, const char *prefix, const char *name, bool *incomplete)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/%s%s", prefix, name);
    sem_t *opened = sem_open(path, 0);
    if (opened == SEM_FAILED) {
        *incomplete = errno == ENOENT;
        return *incomplete ? fail("not-found", "no semaphore") : system_error(errno, "semaphore");
    }
    *semaphore = opened;
    return NULL;
}

static status open_segment(struct ring *ring, const char *name, bool *incomplete)
{
    char path[PATH_SIZE];
    struct stat st;
    snprintf(path, sizeof path, "/%s", name);
    int fd = shm_open(path, O_RDWR, 0);
    if (fd < 0) {
        *incomplete = errno == ENOENT;
        return *incomplete ? fail("not-found", "no segment") : system_error(errno, "segment");
    }
    status failure;
    if (fstat(fd, &st) != 0) {
        failure = system_error(errno, "segment");
    } else if (st.st_size < HEADER_BLOCK) {
        *incomplete = true;
        failure = fail("not-found", "the segment has no header yet");
    } else {
        failure = map_segment(ring, fd, (size_t)st.st_size);
    }
    close(fd);
    return failure;
}

static bool reader_alive(const struct ring *ring)
{
    return process_alive(load(ring, READER_PID));
}

/*
 * The last frame on the way from one position to another, over the end at most once; false when the way leads
 * elsewhere.
 */
static bool walk(const struct ring *ring, uint64_t from, uint64_t to, uint64_t *last_sequence)
{
    bool found = false, wrapped = from == 0;
    for (uint64_t position = from; position != to;) {
        uint64_t room = ring->payload_size - position;
        if (room == 0) {
            if (wrapped)
                return false;
            wrapped = true;
            position = 0;
            continue;
        }
        struct frame_header header = {0};
        if (room >= FRAME_HEADER)
            header = read_frame_header(ring, position);
        if (header.size == 0) {
            position = ring->payload_size;
            continue;
        }
        if (header.size > room - FRAME_HEADER)
            return false;
        *last_sequence = header.sequence;
        found = true;
        position += FRAME_HEADER + header.size;
    }
    return found;
}

/*
 * The ring itself remembers the last sequence. The lap from 0 is broken when a writer died while it filled a claim
 * there; the frames not read yet are still whole then, and without any the reader takes 1 for a new writer.
 */
static status find_sequence(const struct ring *ring, uint64_t *next)
{
    uint64_t write_pos = load(ring, WRITE_POS), read_pos = load(ring, READ_POS);
    if (write_pos > ring->payload_size)
        return corrupt("payload_write_pos", write_pos);
    if (read_pos > ring->payload_size)
        return corrupt("payload_read_pos", read_pos);
    uint64_t end = write_pos == 0 ? ring->payload_size : write_pos;
    bool continues = flavour == V1 && load(ring, WRITTEN_COUNT) != 0;
    uint64_t last = 0;
    bool found = continues && (walk(ring, 0, end, &last) || walk(ring, read_pos, end, &last));
    *next = found ? last + 1 : 1;
    return NULL;
}

/* Last of all, so that a writer that cannot connect leaves nothing behind; only its owner may walk the ring. */
static status claim_writer_pid(const struct ring *ring, bool *incomplete)
{
    uint64_t own_pid = (uint64_t)getpid(), previous = load(ring, WRITER_PID);
    if (process_alive(previous) || !__atomic_compare_exchange_n(field(ring, WRITER_PID), &previous, own_pid, false,
                                                                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        if (flavour == CSHARP) /* it closes what it has just refused to be */
            store(ring, WRITER_PID, 0);
        return fail("writer-exists", "pid=%llu", (unsigned long long)previous);
    }
    *incomplete = load(ring, READER_PID) == 0;
    status failure = *incomplete ? fail("not-found", "the reader just closed") : find_sequence(ring, &writer.sequence);
    if (failure)
        store(ring, WRITER_PID, previous);
    return failure;
}

/* *incomplete: the buffer is not there yet, and the same attempt may succeed later. An owner of 0 is any. */
static status attach(struct ring *ring, const char *name, uint64_t owner, bool *incomplete)
{
    status failure = open_segment(ring, name, incomplete);
    if (failure)
        return failure;
    if (__atomic_load_n((uint32_t *)(ring->base + OIEB_SIZE), __ATOMIC_ACQUIRE) == 0 || load(ring, READER_PID) == 0) {
        *incomplete = true;
        return fail("not-found", "the reader is not ready");
    }
    if (owner != 0 && load(ring, READER_PID) != owner) {
        *incomplete = true;
        return fail("not-found", "the buffer is another process's");
    }
    failure = check_header(ring);
    if (failure)
        return failure;
    if (flavour == V1 && !reader_alive(ring)) {
        *incomplete = true;
        return fail("reader-dead", "the reader died");
    }
    failure = open_semaphore(&ring->frames_written, "sem-w-", name, incomplete);
    if (!failure)
        failure = open_semaphore(&ring->frames_released, "sem-r-", name, incomplete);
    if (!failure)
        failure = claim_writer_pid(ring, incomplete);
    return failure;
}

static void close_writer(void)
{
    uint64_t own_pid = (uint64_t)getpid();
    __atomic_compare_exchange_n(field(&writer.ring, WRITER_PID), &own_pid, 0, false, __ATOMIC_RELEASE,
                                __ATOMIC_RELAXED);
    if (flavour == V1)
        post(writer.ring.frames_written);
    unmap(&writer.ring);
    writer = (struct writer){0};
}

static status connect_writer_to(const char *name, uint64_t owner, uint64_t wait)
{
    uint64_t deadline = deadline_in(wait);
    for (;;) {
        bool incomplete = false;
        status failure = attach(&writer.ring, name, owner, &incomplete);
        if (!failure) {
            writer.open = true;
            return NULL;
        }
        bool mapped = writer.ring.base != NULL;
        unmap(&writer.ring);
        if (!incomplete || now() >= deadline)
            return failure;
        if (flavour == CSHARP && (mapped || strcmp(detail, "no segment") != 0))
            return fail("other", "gives up on a buffer that is not complete");
        if (flavour == CSHARP)
            sched_yield(); /* to meet a buffer in the making */
        else
            pause_for(CONNECT_INTERVAL);
    }
}

static status connect_writer(const char *name, uint64_t wait)
{
    return connect_writer_to(name, 0, wait);
}

/*
 * Section 5: v1 never leaves 1 to 15 bytes to be crossed. It wraps one frame earlier instead or, when the ring is
 * drained and the reader thus stands still, moves both positions to 0.
 */
static bool place(struct claim *claim, uint64_t free_bytes)
{
    uint64_t payload_size = writer.ring.payload_size, room = payload_size - claim->write_pos;
    uint64_t total = FRAME_HEADER + claim->size;
    bool v1 = flavour == V1;
    if (total <= room && !(v1 && short_tail(room - total))) {
        claim->position = claim->write_pos;
        claim->skipped = 0;
        if (total <= free_bytes)
            return true;
    } else if (!(v1 && short_tail(room))) {
        claim->position = 0;
        claim->skipped = room;
        if (room + total <= free_bytes)
            return true;
    }
    claim->rewinds = v1 && free_bytes == payload_size;
    claim->position = 0;
    claim->skipped = 0;
    return claim->rewinds;
}

/*
 * The most bytes in one stretch, by positions that mean "empty" where they are one place, also when every byte is
 * taken.
 */
static uint64_t contiguous(uint64_t write_pos, uint64_t read_pos)
{
    uint64_t room = writer.ring.payload_size - write_pos;
    if (write_pos < read_pos)
        return read_pos - write_pos;
    return read_pos > room ? read_pos : room;
}

/*
 * cpp goes by the positions alone, so it writes over what is read but not released, and round a full ring. python
 * forgets the bytes in front of a wrap, and writes on behind the ring where there is no room at its beginning.
 */
static bool place_as_in_2025(struct claim *claim, uint64_t free_bytes)
{
    uint64_t read_pos = load(&writer.ring, READ_POS), room = writer.ring.payload_size - claim->write_pos;
    uint64_t total = FRAME_HEADER + claim->size, stretch = contiguous(claim->write_pos, read_pos);
    bool wraps = total > room && (flavour == CPP || (stretch >= total && read_pos > 0));
    claim->position = wraps ? 0 : claim->write_pos;
    claim->skipped = wraps ? room : 0;
    claim->rewinds = false;
    return flavour == CPP ? stretch >= total : free_bytes >= total;
}

/* Of a frame behind the ring as much is written as the file has room for, and nothing is published. */
static status check_bounds(const struct claim *claim, uint64_t free_bytes)
{
    uint64_t mapped = (uint64_t)(writer.ring.base + writer.ring.length - writer.ring.payload);
    if (claim->position + FRAME_HEADER + claim->size > mapped)
        return fail("other", "ValueError: behind the segment");
    if (flavour == PYTHON && free_bytes < claim->skipped + FRAME_HEADER + claim->size)
        return fail("other", "struct.error: fewer than 0 bytes are free");
    return NULL;
}

/*
 * The tokens only wake: v1 drains them before it looks, which keeps them from piling up and loses no wake-up. The
 * others take one when they wait, and spin through those that piled up.
 */
static status reserve(uint64_t size, uint64_t timeout)
{
    const struct ring *ring = &writer.ring;
    uint64_t deadline = deadline_in(timeout);
    bool oversize = size > ring->payload_size - FRAME_HEADER;
    if (size == 0)
        return fail("empty", "a frame has at least one byte");
    if (oversize && flavour != CPP)
        return fail("too-large", "size=%llu", (unsigned long long)size);
    struct claim claim = {.open = true, .size = size, .write_pos = load(ring, WRITE_POS)};
    if (claim.write_pos > ring->payload_size)
        return corrupt("payload_write_pos", claim.write_pos);
    bool places_as_in_2025 = of_2025 && flavour != CSHARP;
    /* The published writers look at the process only after a wait without a token. */
    uint64_t slice = flavour == V1 ? WAIT_SLICE : flavour == CPP ? PUBLISHED_CPP_WAIT : PUBLISHED_WAIT;
    bool looks = flavour == V1;
    for (;;) {
        while (flavour == V1 && sem_trywait(ring->frames_released) == 0)
            ;
        if (load(ring, READER_PID) == 0 || (looks && !reader_alive(ring)))
            return fail("reader-dead", "the reader closed or died");
        uint64_t free_bytes = load(ring, PAYLOAD_FREE);
        if (free_bytes > ring->payload_size && !of_2025)
            return corrupt("payload_free_bytes", free_bytes);
        if (flavour != V1) /* loaded anew in each round, and believed */
            claim.write_pos = smaller(load(ring, WRITE_POS), ring->payload_size);
        if (!oversize && (places_as_in_2025 ? place_as_in_2025(&claim, free_bytes) : place(&claim, free_bytes))) {
            status failure = places_as_in_2025 ? check_bounds(&claim, free_bytes) : NULL;
            if (failure)
                return failure;
            break;
        }
        uint64_t time = now();
        if (time >= deadline)
            return fail("full", "free=%llu", (unsigned long long)free_bytes);
        looks = !take_token(ring->frames_released, smaller(deadline, time + slice)) || flavour == V1;
    }
    uint64_t marker_end = (uint64_t)(ring->payload - ring->base) + claim.write_pos + FRAME_HEADER;
    if (flavour == CSHARP && claim.skipped > 0 && marker_end > ring->length)
        return fail("other", "the wrap marker would end behind the segment");
    writer.claim = claim;
    return NULL;
}

static void fill(uint64_t index)
{
    uint8_t *bytes = writer.ring.payload + writer.claim.position + FRAME_HEADER;
    for (uint64_t j = 0; j < writer.claim.size; j++)
        bytes[j] = (uint8_t)(index + j);
}

static void count_written(const struct ring *ring)
{
    store(ring, WRITTEN_COUNT, load(ring, WRITTEN_COUNT) + 1);
}

/* csharp marks a tail too short for a marker, past the end of the ring; python only counts one. */
static void cross_end(const struct ring *ring, const struct claim *claim)
{
    uint8_t *marker = ring->payload + claim->write_pos;
    bool marked = claim->skipped >= FRAME_HEADER || (flavour == CSHARP && claim->skipped > 0);
    if (marked)
        memset(marker, 0, FRAME_HEADER);
    if (marked || (flavour == PYTHON && claim->skipped > 0))
        count_written(ring);
}

static uint64_t publish(void)
{
    const struct ring *ring = &writer.ring;
    struct claim claim = writer.claim;
    uint64_t total = FRAME_HEADER + claim.size, end = claim.position + total, sequence = writer.sequence++;
    if (claim.skipped > 0) {
        cross_end(ring, &claim);
        if (flavour != V1) {
            store(ring, WRITE_POS, 0);
            subtract_free(ring, claim.skipped);
        }
    }
    write_frame_header(ring, claim.position, (struct frame_header){.size = claim.size, .sequence = sequence});
    if (claim.rewinds)
        store(ring, READ_POS, 0);
    store(ring, WRITE_POS, flavour == CSHARP && end == ring->payload_size ? 0 : end);
    count_written(ring);
    subtract_free(ring, flavour == V1 ? claim.skipped + total : total);
    post(ring->frames_written);
    writer.claim.open = false;
    return sequence;
}

/* What a writer wrote: no content is not the same as none. */
struct metadata {
    bool written;
    uint64_t size;
    const uint8_t *content;
};

static status read_metadata(struct metadata *metadata)
{
    const struct ring *ring = &reader.ring;
    uint64_t written = load(ring, METADATA_WRITTEN);
    *metadata = (struct metadata){.written = written != 0, .content = ring->base + HEADER_BLOCK + METADATA_PREFIX};
    if (written == 0)
        return NULL;
    if (written < METADATA_PREFIX || written > ring->metadata_size)
        return corrupt("metadata_written_bytes", written);
    metadata->size = load(ring, HEADER_BLOCK);
    return metadata->size == written - METADATA_PREFIX ? NULL : corrupt("metadata_content_size", metadata->size);
}

static status claim_metadata(uint64_t size, uint8_t **bytes)
{
    const struct ring *ring = &writer.ring;
    if (load(ring, METADATA_WRITTEN) != 0)
        return fail("metadata-exists", "metadata is written once");
    if (ring->metadata_size < METADATA_PREFIX || size > ring->metadata_size - METADATA_PREFIX)
        return fail("metadata-too-large", "size=%llu", (unsigned long long)size);
    *bytes = ring->base + HEADER_BLOCK + METADATA_PREFIX;
    return NULL;
}

static void publish_metadata(uint64_t size)
{
    const struct ring *ring = &writer.ring;
    memcpy(ring->base + HEADER_BLOCK, &size, sizeof size);
    store(ring, METADATA_FREE, ring->metadata_size - METADATA_PREFIX - size);
    store(ring, METADATA_WRITTEN, METADATA_PREFIX + size);
}

/* Writes the hex digits' bytes; bytes may be NULL to check the digits only. */
static bool decode_hex(const char *hex, uint8_t *bytes)
{
    for (; hex[0]; hex += 2) {
        if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
            return false;
        if (bytes)
            *bytes++ = (uint8_t)strtoul((char[]){hex[0], hex[1], '\0'}, NULL, 16);
    }
    return true;
}

static void print_metadata(const struct metadata *metadata)
{
    if (metadata->size == 0)
        fputs(metadata->written ? "-" : "none", stdout);
    for (uint64_t i = 0; i < metadata->size; i++)
        printf("%02x", metadata->content[i]);
}

union argument {
    char *text;
    uint64_t number;
};

typedef status command_function(const union argument *arguments);

static status usage(const char *what)
{
    return fail("usage", "%s", what);
}

static status answer_ok(void)
{
    puts("ok");
    return NULL;
}

static status answer_numbers(uint64_t first, uint64_t second)
{
    printf("ok %llu %llu\n", (unsigned long long)first, (unsigned long long)second);
    return NULL;
}

static status answer_sequence(uint64_t sequence)
{
    printf("ok %llu\n", (unsigned long long)sequence);
    return NULL;
}

static status need_reader(void)
{
    return reader.open ? NULL : fail("closed", "no reader");
}

static status need_writer(bool with_claim)
{
    if (!writer.open)
        return fail("closed", "no writer");
    if (writer.claim.open != with_claim)
        return usage(with_claim ? "no frame is claimed" : "a frame is claimed");
    return NULL;
}

static status do_create(const union argument *a)
{
    if (reader.open)
        return usage("a reader is open");
    if (!legal_name(a[0].text))
        return fail("name", "illegal name");
    if (a[2].number == 0)
        return usage("a ring of no bytes");
    if (a[1].number > LARGEST_BLOCK || a[2].number > LARGEST_BLOCK)
        return fail("no-space", "larger than any memory");
    status failure = create_reader(a[0].text, aligned(a[1].number), aligned(a[2].number));
    return failure ? failure : answer_numbers(reader.ring.metadata_size, reader.ring.payload_size);
}

static const uint8_t *frame_bytes(const struct held_frame *frame)
{
    return reader.ring.payload + frame->position + FRAME_HEADER;
}

static status do_read(const union argument *a)
{
    uint64_t handle;
    status failure = need_reader();
    if (!failure)
        failure = take_frame(a[0].number, &handle);
    if (failure == TIMEOUT) {
        puts("ok timeout");
        return NULL;
    }
    if (failure)
        return failure;
    const struct held_frame *frame = slot(handle);
    printf("ok frame %llu %llu %llu %08x\n", (unsigned long long)handle, (unsigned long long)frame->sequence,
           (unsigned long long)frame->size, crc32c(frame_bytes(frame), frame->size));
    return NULL;
}

static status do_crc(const union argument *a)
{
    const struct held_frame *frame = held_frame(a[0].number);
    if (!frame)
        return fail("closed", "unknown handle");
    printf("ok %08x\n", crc32c(frame_bytes(frame), frame->size));
    return NULL;
}

static status do_release(const union argument *a)
{
    struct held_frame *frame = held_frame(a[0].number);
    if (frame)
        release_frame(frame);
    else if (!release_orphan(a[0].number))
        return fail("closed", "unknown handle");
    return answer_ok();
}

struct series {
    uint64_t count, timeout, smallest, span, random, first;
};

static status start_series(struct series *series, const union argument *a)
{
    *series = (struct series){.count = a[0].number, .timeout = a[1].number, .smallest = a[2].number,
                              .span = a[3].number - a[2].number + 1, .random = a[4].number, .first = a[5].number};
    return a[2].number <= a[3].number && series->span != 0 ? NULL : usage("MIN MAX");
}

/* The sizes of a series are rounded up to a multiple of it. */
static uint64_t multiple = 1;

static status do_multiple(const union argument *a)
{
    if (a[0].number == 0)
        return usage("MULTIPLE");
    multiple = a[0].number;
    return answer_ok();
}

static status do_pause_in_change(const union argument *a)
{
    pause_in_change = a[0].number * 1000;
    return answer_ok();
}

static uint64_t next_size(struct series *series)
{
    if (series->span == 1)
        return series->smallest;
    series->random ^= series->random << 13;
    series->random ^= series->random >> 7;
    series->random ^= series->random << 17;
    uint64_t size = series->smallest + series->random % series->span;
    return (size + multiple - 1) / multiple * multiple;
}

static status with_frame_index(status failure, uint64_t index)
{
    char words[sizeof detail];
    memcpy(words, detail, sizeof words);
    return fail(failure, "%.120s%sframe=%llu", words, words[0] ? " " : "", (unsigned long long)index);
}

static status verify(const struct held_frame *frame, uint64_t index, const char *when)
{
    const uint8_t *bytes = frame_bytes(frame);
    for (uint64_t j = 0; j < frame->size; j++)
        if (bytes[j] != (uint8_t)(index + j))
            return fail("verify", "frame=%llu byte %llu is wrong when %s", (unsigned long long)index,
                        (unsigned long long)j, when);
    return NULL;
}

static status read_and_verify(struct series *series, uint64_t index, uint64_t *handle)
{
    status failure = take_frame(series->timeout, handle);
    if (failure)
        return with_frame_index(failure, index);
    const struct held_frame *frame = slot(*handle);
    uint64_t size = next_size(series);
    if (frame->size != size)
        return fail("verify", "frame=%llu size=%llu expected=%llu", (unsigned long long)index,
                    (unsigned long long)frame->size, (unsigned long long)size);
    return verify(frame, index, "taken");
}

/* Nobody else knows the handles of a series, so it releases its frames however it ends. */
static status do_read_many(const union argument *a)
{
    struct series series;
    uint64_t hold = a[6].number, delay = a[7].number * 1000, bytes = 0, index = 0;
    status failure = need_reader();
    if (!failure)
        failure = start_series(&series, a);
    if (failure)
        return failure;
    uint64_t oldest = held.next, oldest_index = series.first;
    for (uint64_t i = 0; i < series.count && !failure; i++) {
        uint64_t handle = 0;
        index = series.first + i;
        failure = read_and_verify(&series, index, &handle);
        if (failure)
            break;
        bytes += slot(handle)->size;
        if (handle - oldest >= hold) {
            failure = verify(slot(oldest), oldest_index++, "released");
            release_frame(slot(oldest++));
        }
        if (delay)
            pause_for(delay);
    }
    for (; oldest < held.next; oldest++) {
        if (!failure)
            failure = verify(slot(oldest), oldest_index++, "released");
        release_frame(slot(oldest));
    }
    return failure ? failure : answer_numbers(series.count, bytes);
}

static status do_metadata(const union argument *a)
{
    (void)a;
    status failure = need_reader();
    if (failure)
        return failure;
    struct metadata metadata;
    failure = read_metadata(&metadata);
    if (failure)
        return failure;
    fputs("ok ", stdout);
    print_metadata(&metadata);
    putchar('\n');
    return NULL;
}

static status do_close_reader(const union argument *a)
{
    (void)a;
    status failure = need_reader();
    if (failure)
        return failure;
    close_reader();
    return answer_ok();
}

static status do_connect(const union argument *a)
{
    if (writer.open)
        return usage("a writer is open");
    if (!legal_name(a[0].text))
        return fail("name", "illegal name");
    status failure = connect_writer(a[0].text, a[1].number);
    return failure ? failure : answer_numbers(writer.ring.metadata_size, writer.ring.payload_size);
}

static status do_write(const union argument *a)
{
    status failure = need_writer(false);
    if (!failure)
        failure = reserve(a[0].number, a[2].number);
    if (failure)
        return failure;
    fill(a[1].number);
    return answer_sequence(publish());
}

static status do_write_many(const union argument *a)
{
    struct series series;
    uint64_t burst = a[6].number, delay = a[7].number * 1000, bytes = 0;
    status failure = need_writer(false);
    if (!failure)
        failure = start_series(&series, a);
    if (failure)
        return failure;
    for (uint64_t i = 0; i < series.count; i++) {
        uint64_t size = next_size(&series);
        failure = reserve(size, series.timeout);
        if (failure)
            return with_frame_index(failure, series.first + i);
        fill(series.first + i);
        publish();
        bytes += size;
        if (burst && delay && (i + 1) % burst == 0)
            pause_for(delay);
    }
    return answer_numbers(series.count, bytes);
}

static status do_claim(const union argument *a)
{
    status failure = need_writer(false);
    if (!failure)
        failure = reserve(a[0].number, a[1].number);
    return failure ? failure : answer_ok();
}

static status do_fill(const union argument *a)
{
    status failure = need_writer(true);
    if (failure)
        return failure;
    fill(a[0].number);
    return answer_ok();
}

static status do_commit(const union argument *a)
{
    (void)a;
    status failure = need_writer(true);
    return failure ? failure : answer_sequence(publish());
}

static status do_abort(const union argument *a)
{
    (void)a;
    status failure = need_writer(true);
    if (failure)
        return failure;
    writer.claim.open = false;
    return answer_ok();
}

static status write_metadata(const char *hex, bool in_place)
{
    uint8_t *target = NULL;
    if (strcmp(hex, "-") == 0)
        hex = "";
    uint64_t size = strlen(hex) / 2;
    status failure = writer.open ? NULL : fail("closed", "no writer");
    if (!failure && !decode_hex(hex, NULL))
        failure = usage("HEX");
    if (!failure)
        failure = claim_metadata(size, &target);
    if (failure)
        return failure;
    if (in_place) {
        decode_hex(hex, target);
    } else {
        uint8_t *content = resized(NULL, size + 1, 1);
        decode_hex(hex, content);
        memcpy(target, content, size);
        free(content);
    }
    publish_metadata(size);
    return answer_ok();
}

static status do_write_metadata(const union argument *a)
{
    return write_metadata(a[0].text, false);
}

static status do_write_metadata_in_place(const union argument *a)
{
    return write_metadata(a[0].text, true);
}

static status do_close_writer(const union argument *a)
{
    (void)a;
    if (!writer.open)
        return fail("closed", "no writer");
    close_writer();
    return answer_ok();
}

#include "duplex.c"

/* One letter per argument: t for text, n for a number. */
static const struct command {
    const char *name;
    const char *arguments;
    command_function *run;
} commands[] = {
    {"create", "tnn", do_create},
    {"read", "n", do_read},
    {"crc", "n", do_crc},
    {"release", "n", do_release},
    {"multiple", "n", do_multiple},
    {"pause-in-change", "n", do_pause_in_change},
    {"read-many", "nnnnnnnn", do_read_many},
    {"metadata", "", do_metadata},
    {"close-reader", "", do_close_reader},
    {"connect", "tn", do_connect},
    {"write", "nnn", do_write},
    {"write-many", "nnnnnnnn", do_write_many},
    {"claim", "nn", do_claim},
    {"fill", "n", do_fill},
    {"commit", "", do_commit},
    {"abort", "", do_abort},
    {"write-metadata", "t", do_write_metadata},
    {"write-metadata-in-place", "t", do_write_metadata_in_place},
    {"close-writer", "", do_close_writer},
    {"serve", "ttnnnntn", do_serve},
    {"server-state", "", do_server_state},
    {"init-metadata", "", do_init_metadata},
    {"stop-server", "", do_stop_server},
    {"call-connect", "tnn", do_call_connect},
    {"call-metadata", "t", do_write_metadata},
    {"call-send", "nn", do_call_send},
    {"call-receive", "n", do_call_receive},
    {"call-many", "nnnnnt", do_call_many},
    {"server-connected", "", do_server_connected},
    {"call-close", "", do_call_close},
};

static bool parse_number(const char *text, uint64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return *end == '\0' && errno == 0;
}

static status run_command(const struct command *command, char *rest)
{
    union argument arguments[8];
    for (size_t i = 0; command->arguments[i]; i++) {
        char *word = strsep(&rest, " ");
        if (!word)
            return usage("too few words");
        if (command->arguments[i] == 't')
            arguments[i].text = word;
        else if (!parse_number(word, &arguments[i].number))
            return usage("not a number");
    }
    return rest ? usage("too many words") : command->run(arguments);
}

static status run_line(char *line)
{
    char *word = strsep(&line, " ");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, word) == 0)
            return run_command(&commands[i], line);
    return usage("unknown request");
}

static void serve(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        if (strcmp(line, "exit") == 0)
            break;
        status failure = run_line(line);
        if (failure)
            printf("error %s%s%s\n", failure, detail[0] ? " " : "", detail);
        fflush(stdout);
    }
    free(line);
    if (server.running)
        stop_server();
    close_ends();
    if (length > 0)
        puts("ok");
}

static bool choose_flavour(int count, char **words)
{
    static const char *const names[] = {[V1] = "v1", [CPP] = "cpp", [CSHARP] = "csharp", [PYTHON] = "python"};
    if (count == 1)
        return true;
    if (count != 3 || strcmp(words[1], "--as") != 0)
        return false;
    char *year = strchr(words[2], '-');
    if (year && strcmp(year, "-2025") != 0)
        return false;
    of_2025 = year != NULL;
    if (of_2025)
        *year = '\0';
    for (int i = of_2025 ? CPP : V1; i <= PYTHON; i++)
        if (strcmp(words[2], names[i]) == 0) {
            flavour = (enum flavour)i;
            return true;
        }
    return false;
}

int main(int count, char **words)
{
    if (!choose_flavour(count, words)) {
        fprintf(stderr, "usage: peer [--as v1|cpp|csharp|python|cpp-2025|csharp-2025|python-2025]\n");
        return 2;
    }
    prepare_crc();
    printf("ready %d\n", (int)getpid());
    fflush(stdout);
    serve();
    return 0;
}

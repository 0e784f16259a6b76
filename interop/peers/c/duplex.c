/*
 * One end of a duplex channel (section 6). Included by peer.c: the buffers of an end are the peer's reader and writer,
 * a server reads requests and a client answers.
 */

enum { LOOK_MS = 20, FIRST_ANSWER_MS = 5000, CALL_MS = 60000, CHANNEL_SUFFIX = 16 };

/* Byte j of the answer to a request of n bytes is byte j mod n of the request, xor mask. */
static const struct handler {
    const char *name;
    uint64_t factor;
    uint8_t mask;
} handlers[] = {{"echo", 1, 0}, {"xor", 1, 0x5A}, {"double", 2, 0}};

static status find_handler(const char *name, const struct handler **handler)
{
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++)
        if (strcmp(handlers[i].name, name) == 0) {
            *handler = &handlers[i];
            return NULL;
        }
    return usage("unknown handler");
}

struct channel {
    char requests[NAME_MAX_BYTES + CHANNEL_SUFFIX];
    char responses[NAME_MAX_BYTES + CHANNEL_SUFFIX];
};

static status name_channel(struct channel *channel, const char *name)
{
    if (!legal_name(name))
        return fail("name", "illegal name");
    snprintf(channel->requests, sizeof channel->requests, "%s_request", name);
    snprintf(channel->responses, sizeof channel->responses, "%s_response", name);
    return legal_name(channel->responses) ? NULL : fail("name", "too long for a channel");
}

/*
 * The reader first, for either end: whom the other buffer's end wakes then finds this one closed, too, and knows why.
 */
static void close_ends(void)
{
    if (reader.open)
        close_reader();
    if (writer.open)
        close_writer();
}

/* While it runs, its thread alone uses reader and writer. */
static struct server {
    bool running;
    bool stopping;
    pthread_t thread;
    struct channel channel;
    const struct handler *handler;
    uint64_t delay, request_size, metadata_size, fail_at, timeout;
    uint8_t *failure;
    uint64_t failure_size;
} server;

/* What the server tells the thread that carries out requests. Guarded by its lock. */
static struct {
    pthread_mutex_t lock;
    bool ended;
    uint64_t clients, departed, requests;
    struct metadata metadata;
} told = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool stopping(void)
{
    return __atomic_load_n(&server.stopping, __ATOMIC_ACQUIRE);
}

static uint64_t count(uint64_t *counter)
{
    pthread_mutex_lock(&told.lock);
    uint64_t counted = ++*counter;
    pthread_mutex_unlock(&told.lock);
    return counted;
}

static bool reads_metadata_at_once(void)
{
    return of_2025 && flavour == PYTHON;
}

static status take_metadata(void)
{
    struct metadata metadata;
    status failure = read_metadata(&metadata);
    if (failure)
        return failure;
    uint8_t *copy = resized(NULL, metadata.size + 1, 1);
    memcpy(copy, metadata.content, metadata.size);
    pthread_mutex_lock(&told.lock);
    free((void *)told.metadata.content);
    told.metadata = (struct metadata){.written = metadata.written, .size = metadata.size, .content = copy};
    pthread_mutex_unlock(&told.lock);
    return NULL;
}

static status announce_client(void)
{
    status failure = reads_metadata_at_once() ? NULL : take_metadata();
    if (!failure)
        count(&told.clients);
    return failure;
}

/*
 * v1: only to the response buffer of the process that asks. One that is left, or in the making by another, is none of
 * its.
 */
static status connect_to_client(uint64_t wait)
{
    uint64_t deadline = deadline_in(wait);
    while (!writer.open) {
        uint64_t client = flavour == V1 ? load(&reader.ring, WRITER_PID) : 0;
        if (flavour == V1 && !process_alive(client))
            return fail("writer-dead", "the client closed or died");
        status failure = connect_writer_to(server.channel.responses, client, 0);
        if (failure && (now() >= deadline || stopping() || (flavour == CSHARP && strcmp(failure, "not-found") != 0)))
            return failure;
        if (failure)
            pause_for(LOOK_MS * MILLISECOND);
    }
    return NULL;
}

static status look_for_client(void)
{
    if (writer.open)
        return reader_alive(&writer.ring) ? NULL : fail("reader-dead", "the client closed or died");
    if (load(&reader.ring, WRITER_PID) != 0)
        connect_to_client(0);
    return NULL;
}

static status reserve_answer(uint64_t size)
{
    uint64_t deadline = deadline_in(server.timeout);
    status failure;
    do
        failure = reserve(size, LOOK_MS);
    while (failure && strcmp(failure, "full") == 0 && now() < deadline && !stopping());
    return failure;
}

static status answer(const struct held_frame *request)
{
    bool fails = count(&told.requests) == server.fail_at;
    if (server.delay)
        pause_for(server.delay);
    if (fails && server.failure_size == 0)
        return fail("other", "the handler failed");
    status failure = reserve_answer(fails ? server.failure_size : request->size * server.handler->factor);
    if (failure)
        return failure;
    const uint8_t *source = frame_bytes(request);
    uint8_t *target = writer.ring.payload + writer.claim.position + FRAME_HEADER;
    for (uint64_t j = 0; j < writer.claim.size; j++)
        target[j] = fails ? server.failure[j] : source[j % request->size] ^ server.handler->mask;
    publish();
    return NULL;
}

/* Until the client is gone or cannot be answered, or the server is to stop. */
static void serve_client(void)
{
    bool announced = false;
    status failure = NULL;
    while (!failure && !stopping()) {
        uint64_t handle;
        failure = take_frame(LOOK_MS, &handle);
        if (failure == TIMEOUT) {
            failure = look_for_client();
        } else if (!failure) {
            failure = connect_to_client(FIRST_ANSWER_MS);
            if (!failure && !announced)
                failure = announce_client();
            announced = true;
            if (!failure)
                failure = answer(slot(handle));
            release_frame(slot(handle));
        }
    }
}

/* The request buffer is made anew for the next client: metadata can be written to it once. */
static bool await_next_client(void)
{
    close_ends();
    if (stopping())
        return false;
    count(&told.departed);
    return !create_reader(server.channel.requests, server.metadata_size, server.request_size);
}

/* The published servers look for a client for five seconds, serve one, and keep the request buffer until they stop. */
static void serve_as_published(void)
{
    status failure = connect_to_client(FIRST_ANSWER_MS);
    if (!failure && reads_metadata_at_once())
        failure = take_metadata();
    if (!failure)
        serve_client();
    while (!stopping())
        pause_for(LOOK_MS * MILLISECOND);
    close_ends();
}

static void *run_server(void *unused)
{
    if (flavour == V1)
        do
            serve_client();
        while (await_next_client());
    else
        serve_as_published();
    pthread_mutex_lock(&told.lock);
    told.ended = true;
    pthread_mutex_unlock(&told.lock);
    return unused;
}

static void stop_server(void)
{
    __atomic_store_n(&server.stopping, true, __ATOMIC_RELEASE);
    pthread_join(server.thread, NULL);
    free(server.failure);
    server = (struct server){0};
}

static status set_failure(const char *hex)
{
    if (strcmp(hex, "-") == 0)
        hex = "";
    if (!decode_hex(hex, NULL))
        return usage("FAILURE");
    server.failure_size = strlen(hex) / 2;
    server.failure = resized(NULL, server.failure_size + 1, 1);
    decode_hex(hex, server.failure);
    return NULL;
}

static status do_serve(const union argument *a)
{
    if (server.running || reader.open || writer.open)
        return usage("a server, a reader or a writer is open");
    server = (struct server){.delay = a[2].number * 1000, .request_size = aligned(a[3].number),
                             .metadata_size = aligned(a[4].number), .fail_at = a[5].number, .timeout = a[7].number};
    status failure = name_channel(&server.channel, a[0].text);
    if (!failure)
        failure = find_handler(a[1].text, &server.handler);
    if (!failure)
        failure = set_failure(a[6].text);
    if (!failure)
        failure = create_reader(server.channel.requests, server.metadata_size, server.request_size);
    if (failure)
        return failure;
    told.ended = false;
    told.clients = told.departed = told.requests = 0;
    told.metadata.written = false;
    told.metadata.size = 0;
    if (pthread_create(&server.thread, NULL, run_server, NULL) != 0) {
        close_ends();
        return fail("other", "no thread");
    }
    server.running = true;
    return answer_ok();
}

static status need_server(void)
{
    return server.running ? NULL : fail("closed", "no server");
}

static status do_server_state(const union argument *a)
{
    (void)a;
    status failure = need_server();
    if (failure)
        return failure;
    pthread_mutex_lock(&told.lock);
    printf("ok %s %llu %llu %llu\n", told.ended ? "ended" : "running", (unsigned long long)told.clients,
           (unsigned long long)told.departed, (unsigned long long)told.requests);
    pthread_mutex_unlock(&told.lock);
    return NULL;
}

static status do_init_metadata(const union argument *a)
{
    (void)a;
    status failure = need_server();
    if (failure)
        return failure;
    pthread_mutex_lock(&told.lock);
    printf("ok %llu ", (unsigned long long)told.clients);
    print_metadata(&told.metadata);
    putchar('\n');
    pthread_mutex_unlock(&told.lock);
    return NULL;
}

static status do_stop_server(const union argument *a)
{
    (void)a;
    status failure = need_server();
    if (failure)
        return failure;
    stop_server();
    return answer_ok();
}

/* Python creates the response buffer first. */
static status open_client(const struct channel *channel, uint64_t wait, uint64_t response_size)
{
    bool response_first = flavour == PYTHON;
    status failure = response_first ? create_reader(channel->responses, 0, response_size)
                                    : connect_writer(channel->requests, wait);
    if (!failure)
        failure = response_first ? connect_writer(channel->requests, wait)
                                 : create_reader(channel->responses, 0, response_size);
    if (failure)
        close_ends();
    return failure;
}

/*
 * v1 waits for the server to connect, because one that gets rid of an earlier client closes the request buffer once
 * more.
 */
static status connect_client(const struct channel *channel, uint64_t wait, uint64_t response_size)
{
    uint64_t deadline = deadline_in(wait);
    for (;;) {
        uint64_t time = now();
        status failure = open_client(channel, time < deadline ? (deadline - time) / MILLISECOND : 0, response_size);
        if (failure || flavour != V1)
            return failure;
        while (reader_alive(&writer.ring)) {
            if (load(&reader.ring, WRITER_PID) != 0 || now() >= deadline)
                return NULL;
            pause_for(MILLISECOND);
        }
        close_ends();
    }
}

static status do_call_connect(const union argument *a)
{
    struct channel channel;
    if (server.running || reader.open || writer.open)
        return usage("a server, a reader or a writer is open");
    status failure = name_channel(&channel, a[0].text);
    if (!failure)
        failure = connect_client(&channel, a[1].number, aligned(a[2].number));
    return failure ? failure : answer_ok();
}

static status need_client(void)
{
    return !server.running && reader.open && writer.open ? NULL : fail("closed", "no client");
}

/* Either end gone is the server gone. */
static status as_client(status failure)
{
    bool dead = failure && (strcmp(failure, "reader-dead") == 0 || strcmp(failure, "writer-dead") == 0);
    return dead ? fail("server-dead", "the server closed, died or gave this client up") : failure;
}

static status send_request(uint64_t size, uint64_t index, uint64_t *number)
{
    status failure = reserve(size, CALL_MS);
    if (failure)
        return as_client(failure);
    fill(index);
    *number = publish();
    return NULL;
}

/* The look at the server comes before the look for an answer: one that is gone has answered what it will. */
static status take_answer(uint64_t timeout, uint64_t *handle)
{
    uint64_t deadline = deadline_in(timeout);
    for (;;) {
        bool gone = !reader_alive(&writer.ring);
        uint64_t time = now(), left = time < deadline ? (deadline - time + MILLISECOND - 1) / MILLISECOND : 0;
        status failure = take_frame(gone ? 0 : smaller(left, LOOK_MS), handle);
        if (failure == TIMEOUT && gone)
            return as_client("reader-dead");
        if (failure != TIMEOUT || left <= LOOK_MS)
            return as_client(failure);
    }
}

static status do_call_send(const union argument *a)
{
    uint64_t number = 0;
    status failure = need_client();
    if (!failure)
        failure = send_request(a[0].number, a[1].number, &number);
    return failure ? failure : answer_sequence(number);
}

static status do_call_receive(const union argument *a)
{
    uint64_t handle;
    status failure = need_client();
    if (!failure)
        failure = take_answer(a[0].number, &handle);
    if (failure == TIMEOUT) {
        puts("ok timeout");
        return NULL;
    }
    if (failure)
        return failure;
    struct held_frame *frame = slot(handle);
    printf("ok frame %llu %llu %08x\n", (unsigned long long)frame->sequence, (unsigned long long)frame->size,
           crc32c(frame_bytes(frame), frame->size));
    release_frame(frame);
    return NULL;
}

static status verify_answer(const struct held_frame *frame, uint64_t index, uint64_t asked,
                            const struct handler *handler)
{
    const uint8_t *bytes = frame_bytes(frame);
    if (frame->size != asked * handler->factor)
        return fail("verify", "frame=%llu size=%llu asked=%llu", (unsigned long long)index,
                    (unsigned long long)frame->size, (unsigned long long)asked);
    for (uint64_t j = 0; j < frame->size; j++)
        if (bytes[j] != ((uint8_t)(index + j % asked) ^ handler->mask))
            return fail("verify", "frame=%llu byte %llu is wrong", (unsigned long long)index, (unsigned long long)j);
    return NULL;
}

static status do_call_many(const union argument *a)
{
    struct series asked, answered;
    const struct handler *handler = NULL;
    const union argument series[] = {a[0], {.number = CALL_MS}, a[2], a[3], a[4], {.number = 0}};
    uint64_t sent = 0, received = 0, bytes = 0, number, handle;
    status failure = need_client();
    if (!failure)
        failure = find_handler(a[5].text, &handler);
    if (!failure)
        failure = start_series(&asked, series);
    if (failure)
        return failure;
    answered = asked;
    while (received < asked.count) {
        if (sent < asked.count && sent - received < a[1].number) {
            failure = send_request(next_size(&asked), sent, &number);
            if (failure)
                return with_frame_index(failure, sent);
            sent++;
            continue;
        }
        failure = take_answer(CALL_MS, &handle);
        if (failure)
            return with_frame_index(failure, received);
        bytes += slot(handle)->size;
        failure = verify_answer(slot(handle), received++, next_size(&answered), handler);
        release_frame(slot(handle));
        if (failure)
            return failure;
    }
    return answer_numbers(received, bytes);
}

static status do_server_connected(const union argument *a)
{
    (void)a;
    status failure = need_client();
    if (failure)
        return failure;
    bool connected = reader_alive(&writer.ring) && process_alive(load(&reader.ring, WRITER_PID));
    puts(connected ? "ok true" : "ok false");
    return NULL;
}

static status do_call_close(const union argument *a)
{
    (void)a;
    status failure = need_client();
    if (failure)
        return failure;
    close_ends();
    return answer_ok();
}

package io.zerobuffer.stress;

import io.zerobuffer.stress.Act.Fate;
import io.zerobuffer.stress.Act.Stop;
import io.zerobuffer.stress.Act.Strike;
import io.zerobuffer.stress.ExpectedFrame.State;
import io.zerobuffer.stress.KillPoint.Role;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Several acts on one buffer name, in which reader and writer are disturbed, killed and replaced; everything follows
 * from a seed.
 */
final class Round {
    private static final Pair JAVA_ONLY = new Pair(Language.JAVA, Language.JAVA);
    private static final int METADATA_SIZE = 64;
    private static final int WRITE_MILLIS = 120_000;
    private static final int CONNECT_MILLIS = 30_000;
    private static final int LOG_LINES = 4000;

    /** The exit status of a process that SIGKILL ended. */
    private static final int KILLED = 128 + Signals.KILL;

    /** So long without a frame or an answer is a hang. */
    private static final long WATCHDOG_NANOS = TimeUnit.SECONDS.toNanos(90);

    /** A process that killed itself may be reported dead before its end was seen here. */
    private static final long END_SEEN_MILLIS = 1000;

    private final Pair pair;
    private final String name;
    private final Random random;
    private final int ringSize;
    private final boolean small;
    private final long sizes;
    private final PairLedger ledger;
    private final Crew crew;
    private final FrameContent content = new FrameContent();
    private final Deque<String> log = new ArrayDeque<>();
    private final Deque<Long> held = new ArrayDeque<>();
    private final PriorityQueue<Action> actions = new PriorityQueue<>(Comparator.comparingLong(Action::at));

    private Act act;
    private final int longStopMillis;
    private Delivery delivery;
    private long number;
    private boolean readerOpen;
    private boolean readerLeaves;
    private boolean readerDied;
    private boolean connected;
    private boolean writerLeaves;
    private boolean writerDied;
    private boolean writerCame;
    private boolean unsettled;
    private final Set<Peer> armed = new HashSet<>();

    private int toWrite;
    private boolean reading;
    private long progressAt;
    private long leftAt;
    private long lastFrameAt;
    private Request writerGone;
    private Request readerGone;
    private boolean noticeSpoiled;

    private record Action(long at, Runnable what) {}

    Round(Pair pair, String name, long seed, int longStopMillis, Crew crew, PairLedger ledger) {
        this.pair = pair;
        this.name = name;
        this.random = new Random(seed);
        this.ringSize = Act.ringSize(random);
        this.small = random.nextInt(3) > 0;
        this.sizes = random.nextLong();
        this.longStopMillis = longStopMillis;
        this.crew = crew;
        this.ledger = ledger;
    }

    Deque<String> log() {
        return log;
    }

    void play() throws IOException, InterruptedException {
        int acts = 2 + random.nextInt(5);
        if (longStopMillis > 0) {
            stopForLong();
        }
        for (int i = 0; i < acts; i++) {
            act = Act.plan(random, pair, ringSize, small);
            note("act on " + ringSize + " bytes: " + act);
            play(act);
            ledger.acts++;
        }
        finish();
        ledger.rounds++;
    }

    private void play(Act part) throws IOException, InterruptedException {
        ensureReader(part.openReader());
        ensureWriter(part.openWriter());
        switch (part.fate()) {
            case WRITER_CLOSES -> {
                stream(part.frames());
                closeWriter(null);
            }
            case READER_CLOSES -> {
                stream(part.frames());
                closeReader(null);
            }
            case WRITER_KILLED_STREAMING, READER_KILLED_STREAMING, BOTH_KILLED_STREAMING -> killStreaming(part.fate());
            case WRITER_KILLED_IDLE -> {
                stream(part.frames());
                armForDeparture();
                kill(Role.WRITER, "SIGKILL while idle");
                expectWriterGone();
            }
            case WRITER_KILLED_CLAIMING -> killClaiming();
            case WRITER_KILLED_AT_POINT, READER_KILLED_AT_POINT -> killAtPoint(part.point());
            case WRITER_KILLED_CLOSING -> {
                stream(part.frames());
                closeWriter(part.point());
            }
            case READER_KILLED_CLOSING -> {
                stream(part.frames());
                closeReader(part.point());
            }
        }
    }

    private void finish() throws IOException, InterruptedException {
        if (connected) {
            closeWriter(null);
        }
        if (readerOpen && unsettled) {
            settleLast();
        }
        ensureReader(List.of());
        quiesce();
        require(ask(crew.reader(), "close-reader"), "the last close");
        readerOpen = false;
        List<Path> leftovers = TestBuffers.leftOf(name);
        if (!leftovers.isEmpty()) {
            ledger.leftovers += leftovers.size();
            throw new RoundFailure("left behind: " + leftovers);
        }
    }

    private void ensureReader(List<Strike> strikes) throws IOException, InterruptedException {
        boolean fresh = !readerOpen;
        String create = "create " + name + " " + METADATA_SIZE + " " + ringSize;
        for (Strike strike : strikes) {
            if (!readerOpen) {
                Peer reader = crew.ensureReader();
                arm(reader, strike);
                Request request = ask(reader, create);
                struck(reader, Role.READER, strike);
                readerOpen = request.isOk();
            }
        }
        if (!readerOpen) {
            require(ask(crew.ensureReader(), create), "create");
        }
        if (pair.reader() == Language.JAVA && pair.writer() == Language.JAVA) {
            tell(crew.reader(), "self-describing");
        }
        if (fresh) {
            delivery = new Delivery(ledger);
            held.clear();
            reading = false;
            writerCame = false;
            ledger.recoveries += readerDied ? 1 : 0;
        }
        readerDied = false;
        readerOpen = true;
        readerLeaves = false;
    }

    private void ensureWriter(List<Strike> strikes) throws IOException, InterruptedException {
        if (connected) {
            return;
        }
        String connect = "connect " + name + " " + CONNECT_MILLIS;
        List<Strike> all = new ArrayList<>(strikes);
        if (unsettled && act.succession() != null) {
            all.addFirst(act.succession());
        }
        for (Strike strike : all) {
            if (!connected) {
                Peer writer = crew.ensureWriter();
                arm(writer, strike);
                Request request = ask(writer, connect);
                writerCame = true;
                struck(writer, Role.WRITER, strike);
                connected = request.isOk() && !writer.isDead();
            }
        }
        if (!connected) {
            crew.ensureWriter();
            // Only for the first: the departure of the one before would be reported, rightly, at any time.
            if (act.readEarly() && !writerCame) {
                writerGone = null;
                startReading();
            }
            require(ask(crew.writer(), connect), "connect");
        }
        ledger.recoveries += writerDied ? 1 : 0;
        writerDied = false;
        connected = true;
        writerCame = true;
        writerLeaves = false;
        unsettled = false;
        writerGone = null;
        readerGone = null;
        noticeSpoiled = false;
        if (act.point() == null || act.point().point() != KillPoint.METADATA_IS_PUBLISHED) {
            tell(crew.writer(), "write-metadata 00ff");
        }
    }

    /** After a request that a strike was to interrupt. */
    private void struck(Peer peer, Role role, Strike strike) {
        if (peer.isDead()) {
            ledger.kill(role, strike.where());
        } else {
            ask(peer, "disarm");
            armed.remove(peer);
        }
    }

    private void arm(Peer peer, Strike strike) {
        armed.add(peer);
        tell(peer, strike.request());
    }

    /** Streams until everything has arrived, or a side is gone. */
    private void stream(int frames) {
        disturb();
        toWrite = frames;
        startReading();
        feed();
        pump("the stream", () -> toWrite == 0 && !hasPendingWrites() && !delivery.hasCommitted() || isAnyoneGone());
        calm();
    }

    private void killStreaming(Fate fate) {
        long killAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(act.killAfterMillis());
        actions.add(new Action(killAt, () -> {
            if (fate != Fate.READER_KILLED_STREAMING) {
                kill(Role.WRITER, "SIGKILL while streaming");
            }
            if (fate != Fate.WRITER_KILLED_STREAMING) {
                kill(Role.READER, "SIGKILL while streaming");
            }
        }));
        stream(Integer.MAX_VALUE);
        settleDeaths();
    }

    private void killAtPoint(Strike strike) {
        Peer victim = strike.point().role == Role.WRITER ? crew.writer() : crew.reader();
        arm(victim, strike);
        if (victim == crew.writer() && !isLeftToSuccessor()) {
            armForDeparture();
        }
        tell(crew.writer(), "write-metadata 00ff");
        stream(act.frames());
        struck(victim, strike.point().role, strike);
        if (!victim.isDead() && armed.contains(crew.reader())) {
            struck(crew.reader(), Role.READER, act.departure());
        }
        settleDeaths();
    }

    private void killClaiming() {
        stream(act.frames());
        int size = size(number);
        ask(crew.writer(), "claim " + size + (pair.writer() == Language.JAVA ? "" : " " + WRITE_MILLIS));
        ask(crew.writer(), "fill " + number);
        armForDeparture();
        kill(Role.WRITER, "SIGKILL with a claim open");
        expectWriterGone();
    }

    private void settleDeaths() {
        if (crew.writer().isDead() && crew.reader().isDead()) {
            forgetWriter();
            forgetReader();
        } else if (crew.writer().isDead() && isLeftToSuccessor()) {
            leaveToSuccessor();
        } else if (crew.writer().isDead()) {
            expectWriterGone();
            if (readerOpen && !canSucceed()) {
                quiesce();
                require(ask(crew.reader(), "close-reader"), "close-reader");
                forgetReader();
            }
        } else if (crew.reader().isDead()) {
            expectReaderGone();
        } else if (isAnyoneGone()) {
            throw new RoundFailure("a side was reported gone and is not");
        }
    }

    private boolean isLeftToSuccessor() {
        return act.readEarly() && pair.equals(JAVA_ONLY);
    }

    /** The reader is to die, too, when it finds that the writer is dead. */
    private void armForDeparture() {
        if (act.departure() != null) {
            arm(crew.reader(), act.departure());
        }
    }

    /**
     * Whether the stream goes on behind a writer that died in it. One of C or Python may have died in its commit, which
     * its kind need not finish. One of Java may have taken space for a frame that never was, which only a reader of
     * Java gives back; any other takes the next wake-up for a frame.
     */
    private boolean canSucceed() {
        boolean mayLeakSpace = act.point() == null || act.point().point().leaksSpace();
        return pair.writer() == Language.JAVA && (pair.reader() == Language.JAVA || !mayLeakSpace);
    }

    /** With a strike, if not null, that may end the writer meanwhile. */
    private void closeWriter(Strike strike) {
        writerLeaves = true;
        startReading();
        if (strike != null) {
            arm(crew.writer(), strike);
        }
        leftAt = System.nanoTime();
        ask(crew.writer(), "close-writer");
        if (strike != null) {
            struck(crew.writer(), Role.WRITER, strike);
        }
        expectWriterGone();
    }

    /** With a strike, if not null, that may end the reader meanwhile. */
    private void closeReader(Strike strike) {
        quiesce();
        readerLeaves = true;
        if (strike != null) {
            arm(crew.reader(), strike);
        }
        leftAt = System.nanoTime();
        ask(crew.reader(), "close-reader");
        if (strike != null) {
            struck(crew.reader(), Role.READER, strike);
        }
        expectReaderGone();
    }

    /** A side that stands still for seconds is not dead. */
    private void stopForLong() throws IOException, InterruptedException {
        act = Act.plan(random, pair, ringSize, small);
        note("long stop in " + act);
        ensureReader(List.of());
        ensureWriter(List.of());
        Peer peer = random.nextBoolean() ? crew.reader() : crew.writer();
        toWrite = Integer.MAX_VALUE;
        startReading();
        feed();
        peer.stop();
        ledger.stops++;
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(longStopMillis);
        pump("the end of a long stop", () -> System.nanoTime() > until);
        peer.proceed();
        stream(act.frames());
        closeWriter(null);
    }

    /** The writer closed or died: its reader must hand out what was committed, and then say so. */
    private void expectWriterGone() {
        Peer writer = crew.writer();
        boolean died = writer.isDead();
        toWrite = 0;
        if (writerGone == null) {
            startReading();
        }
        Peer reader = crew.reader();
        pump(
                "the reader to notice that the writer is gone",
                () -> (writerGone != null || reader.isDead())
                        && (!died || writer.pending.isEmpty() && crew.hasEnded(writer)));
        if (armed.contains(reader) || reader.isDead()) {
            struck(reader, Role.READER, act.departure());
        }
        if (reader.isDead()) {
            forgetWriter();
            forgetReader();
            return;
        }
        if (pair.reader() == Language.JAVA && !noticeSpoiled) {
            long since = Math.max(died ? writer.diedAt() : leftAt, lastFrameAt);
            (died ? ledger.writerDeaths : ledger.closes).add(writerGone.answeredAt - since);
        }
        quiesce();
        String problem = delivery.settle();
        if (problem != null) {
            throw new RoundFailure(problem);
        }
        forgetWriter();
    }

    /**
     * The next writer comes before the reader has read everything, or said that this one is gone; then it may have a
     * commit to finish.
     */
    private void leaveToSuccessor() {
        pump("the last words of the writer", () -> crew.hasEnded(crew.writer()));
        quiesce();
        forgetWriter();
        unsettled = true;
    }

    /** What a writer left to a successor that never came must arrive all the same. */
    private void settleLast() {
        if (writerGone == null) {
            startReading();
            pump("the reader to notice that the last writer is gone", () -> writerGone != null);
            quiesce();
        }
        String problem = delivery.settle();
        if (problem != null) {
            throw new RoundFailure(problem);
        }
    }

    /** The reader closed or died: its writer must say so while it goes on writing. */
    private void expectReaderGone() {
        Peer reader = crew.reader();
        boolean died = reader.isDead();
        if (readerGone == null) {
            toWrite = Integer.MAX_VALUE;
            feed();
        }
        pump(
                "the writer to notice that the reader is gone",
                () -> readerGone != null && (!died || crew.hasEnded(reader)));
        toWrite = 0;
        if (pair.writer() == Language.JAVA && !noticeSpoiled) {
            (died ? ledger.readerDeaths : ledger.closes).add(readerGone.answeredAt - (died ? reader.diedAt() : leftAt));
        }
        pump("the refused writes", () -> !hasPendingWrites());
        ask(crew.writer(), "close-writer");
        forgetWriter();
        forgetReader();
    }

    private void forgetWriter() {
        connected = false;
        toWrite = 0;
    }

    private void forgetReader() {
        readerOpen = false;
        reading = false;
        held.clear();
    }

    private void kill(Role victim, String where) {
        Peer peer = victim == Role.WRITER ? crew.writer() : crew.reader();
        if (!peer.isDead()) {
            ledger.kill(victim, where);
            note("kill " + victim);
            afterDeathOf(peer);
            peer.kill();
        }
    }

    /** Nobody is stopped any more, or it would be slow to notice; somebody who was stopped until now has an excuse. */
    private void afterDeathOf(Peer peer) {
        Peer other = peer == crew.writer() ? crew.reader() : crew.writer();
        noticeSpoiled |= other.isStopped();
        actions.clear();
        other.proceed();
        writerDied |= peer == crew.writer();
        readerDied |= peer == crew.reader();
        armed.remove(peer);
    }

    private boolean isAnyoneGone() {
        return writerGone != null
                || readerGone != null
                || crew.writer().isDead()
                || crew.reader().isDead();
    }

    private void disturb() {
        long now = System.nanoTime();
        for (Stop stop : act.stops()) {
            Peer peer = stop.role() == Role.WRITER ? crew.writer() : crew.reader();
            long from = now + TimeUnit.MILLISECONDS.toNanos(stop.afterMillis());
            actions.add(new Action(from, () -> {
                if (!isAnyoneGone() && !peer.isStopped()) {
                    ledger.stops++;
                    note("stop " + stop);
                    peer.stop();
                }
            }));
            actions.add(new Action(from + TimeUnit.MILLISECONDS.toNanos(stop.millis()), peer::proceed));
        }
        for (int i = 0; i < act.collections(); i++) {
            Peer peer = i == 0 ? crew.writer() : crew.reader();
            if (peer.language == Language.JAVA) {
                actions.add(new Action(now + TimeUnit.MILLISECONDS.toNanos(10 + 20L * i), () -> {
                    if (!peer.isDead()) {
                        ledger.collections++;
                        tell(peer, "gc");
                    }
                }));
            }
        }
    }

    private void calm() {
        actions.clear();
        crew.writer().proceed();
        crew.reader().proceed();
    }

    private void startReading() {
        reading = true;
        fillReads();
    }

    /** No read is under way, and none of its frames is held. */
    private void quiesce() {
        reading = false;
        pump(
                "the reads under way",
                () -> crew.reader().isDead() || crew.reader().pending.stream().noneMatch(Request::isRead));
        releaseDownTo(0);
    }

    private void fillReads() {
        Peer reader = crew.reader();
        if (reading && !reader.isDead() && writerGone == null) {
            long underWay = reader.pending.stream().filter(Request::isRead).count();
            for (; underWay < act.readWindow(); underWay++) {
                tell(reader, "read " + act.readMillis());
            }
        }
    }

    private void feed() {
        Peer writer = crew.writer();
        while (toWrite > 0 && readerGone == null && !writer.isDead() && writer.pending.size() < act.writeWindow()) {
            int size = size(number);
            byte[] bytes = pair.writer() == Language.JAVA
                    ? content.selfDescribing(number, size)
                    : content.pattern(number, size);
            String crc = HexFormat.of().toHexDigits((int) FrameContent.checksum(ByteBuffer.wrap(bytes, 0, size)));
            ExpectedFrame frame = new ExpectedFrame(number, size, crc);
            delivery.expect(frame);
            writer.send(new Request("write " + size + " " + number + " " + WRITE_MILLIS, frame));
            number++;
            toWrite--;
        }
    }

    private int size(long of) {
        long mixed = (of + sizes) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return act.smallest() + (int) Long.remainderUnsigned(mixed ^ mixed >>> 32, act.largest() - act.smallest() + 1L);
    }

    private boolean hasPendingWrites() {
        return crew.writer().pending.stream().anyMatch(Request::isWrite);
    }

    private void releaseDownTo(int kept) {
        while (held.size() > kept) {
            tell(crew.reader(), "release " + held.poll());
        }
    }

    private void tell(Peer peer, String line) {
        peer.send(new Request(line, null));
    }

    private Request ask(Peer peer, String line) {
        Request request = new Request(line, null);
        peer.send(request);
        pump("an answer to " + line, () -> request.answer != null || crew.hasEnded(peer));
        return request;
    }

    private void require(Request request, String what) {
        if (!request.isOk()) {
            throw new RoundFailure(what + " failed: " + request.line + " -> " + request.answer);
        }
    }

    private void pump(String awaited, BooleanSupplier until) {
        progressAt = System.nanoTime();
        while (!until.getAsBoolean()) {
            long now = System.nanoTime();
            while (!actions.isEmpty() && actions.peek().at() <= now) {
                actions.poll().what().run();
            }
            if (now - progressAt > WATCHDOG_NANOS) {
                throw new RoundFailure("hang: waited for " + awaited + "; writer "
                        + crew.writer().pending.size() + " pending, reader "
                        + crew.reader().pending.size());
            }
            long wait = actions.isEmpty()
                    ? TimeUnit.MILLISECONDS.toNanos(100)
                    : actions.peek().at() - now;
            Event event = crew.next(wait);
            if (event != null) {
                handle(event);
            }
        }
    }

    private void handle(Event event) {
        Peer peer = event.peer();
        boolean isWriter = peer == crew.writer();
        if (!isWriter && peer != crew.reader()) {
            return;
        }
        note((isWriter ? "w " : "r ") + event.line());
        if (event.line() == null) {
            progressAt = event.at();
            if (!peer.isDead()) {
                requireStruck(peer);
                afterDeathOf(peer);
                peer.markDead(event.at());
            }
            abandon(peer);
            crew.ended(peer);
            return;
        }
        if (event.line().startsWith("ready ")) {
            return;
        }
        Request request = peer.pending.poll();
        request.answer = event.line();
        request.answeredAt = event.at();
        if (!request.answer.equals("ok timeout")) {
            progressAt = event.at();
        }
        if (request.isWrite()) {
            onWritten(request);
        } else if (request.isRead()) {
            onRead(request);
        } else if (request.answer.startsWith("error crash") || request.line.startsWith("release") && !request.isOk()) {
            throw new RoundFailure(request.line + " -> " + request.answer);
        }
        if (isWriter) {
            feed();
        }
    }

    /** Of the writes a dead writer leaves unanswered, the first may have been committed; the others were not begun. */
    private void abandon(Peer peer) {
        boolean begun = true;
        for (Request request : peer.pending) {
            if (request.isWrite()) {
                request.frame.state = begun ? State.IN_FLIGHT : State.NEVER;
            }
            begun = false;
        }
        peer.pending.clear();
    }

    private void requireStruck(Peer peer) {
        int status = crew.statusOf(peer);
        if (!armed.contains(peer) || status != KILLED) {
            throw new RoundFailure("process " + peer.process.pid() + " ended by itself with status " + status);
        }
    }

    private void onWritten(Request request) {
        if (request.isOk()) {
            request.frame.state = State.COMMITTED;
        } else {
            request.frame.state = State.NEVER;
            if (!request.answer.startsWith("error reader-dead")) {
                throw new RoundFailure(request.line + " -> " + request.answer);
            }
            if (readerGone == null) {
                readerGone = request;
                requireGone(crew.reader(), readerLeaves, request);
            }
        }
    }

    private void onRead(Request request) {
        String[] words = request.answer.split(" ");
        if (words[0].equals("ok") && words[1].equals("frame")) {
            lastFrameAt = request.answeredAt;
            String problem = delivery.arrive(Integer.parseInt(words[4]), words[5]);
            if (problem != null) {
                throw new RoundFailure(problem);
            }
            held.add(Long.parseLong(words[2]));
            releaseDownTo(act.hold());
        } else if (words[0].equals("ok")) {
            // A writer with a large frame may need the whole ring.
            releaseDownTo(0);
        } else if (words[1].equals("writer-dead")) {
            if (writerGone == null && (connected || unsettled)) {
                writerGone = request;
                requireGone(crew.writer(), writerLeaves, request);
            }
        } else {
            ledger.damaged += words[1].equals("damaged") ? 1 : 0;
            throw new RoundFailure(request.line + " -> " + request.answer);
        }
        fillReads();
    }

    private void requireGone(Peer peer, boolean leaves, Request verdict) {
        try {
            if (!leaves && !peer.isDead() && !peer.process.endsWithin(Duration.ofMillis(END_SEEN_MILLIS))) {
                ledger.falseVerdicts++;
                throw new RoundFailure("false verdict about process " + peer.process.pid() + ": " + verdict.answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RoundFailure("interrupted");
        }
    }

    private void note(String line) {
        log.add(System.nanoTime() / 1000 % 1_000_000_000 + " " + line);
        if (log.size() > LOG_LINES) {
            log.poll();
        }
    }
}

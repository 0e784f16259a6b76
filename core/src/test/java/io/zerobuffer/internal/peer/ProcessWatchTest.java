package io.zerobuffer.internal.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.ChildJvm;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.internal.os.Mapped;
import io.zerobuffer.internal.os.OperatingSystem;
import io.zerobuffer.internal.os.Processes;
import io.zerobuffer.internal.os.SharedMemory;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a process id tells, with processes that are there and that were. Only how far this process sees is made up. */
@EnabledOnOs(OS.LINUX)
final class ProcessWatchTest {
    private static final OperatingSystem SYSTEM = Platform.operatingSystem("process-watch");

    private final String name = TestBuffers.uniqueName();

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldProveTheDeathOfAProcessThatWasSeenToMapTheSegment() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined();
                ChildProcess writer = ChildJvm.writer(name, 1)) {
            ProcessWatch watch = watch(arena, false);
            assertEquals(PeerState.ALIVE, watch.stateOf(writer.pid()));
            assertEquals(PeerState.ALIVE, watch.stateOf(writer.pid()));
            writer.close();
            assertEquals(PeerState.DEAD, watch.stateOf(writer.pid()));
            assertEquals(PeerState.DEAD, watch.stateOf(writer.pid()));
            watch.forget();
            assertEquals(PeerState.UNKNOWN, watch.stateOf(writer.pid()), "another peer may have that id");
        }
    }

    @Test
    void shouldNotKnowOfAProcessThatWasNeverSeen() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined()) {
            ChildProcess writer = ChildJvm.writer(name, 1);
            writer.close();
            assertEquals(PeerState.UNKNOWN, watch(arena, false).stateOf(writer.pid()));
            assertEquals(PeerState.DEAD, watch(arena, true).stateOf(writer.pid()), "where every process is seen");
        }
    }

    @Test
    void shouldNotTakeAProcessForThePeerThatDoesNotMapTheSegment() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined();
                ChildProcess stranger = ChildProcess.start(new ProcessBuilder("sleep", "600"))) {
            assertEquals(PeerState.UNKNOWN, watch(arena, false).stateOf(stranger.pid()));
            assertEquals(PeerState.DEAD, watch(arena, true).stateOf(stranger.pid()));
        }
    }

    @Test
    void shouldNotTakeItselfForThePeer() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined()) {
            long own = ProcessHandle.current().pid();
            assertEquals(PeerState.UNKNOWN, watch(arena, false).stateOf(own));
            assertEquals(PeerState.UNKNOWN, watch(arena, true).stateOf(own), "another library in it may be the peer");
        }
    }

    @Test
    void shouldNotTakeAProcessForThePeerThatStartedTooLate() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined();
                ChildProcess writer = ChildJvm.writer(name, 1)) {
            SharedMemory memory = SYSTEM.buffers().open(name, 1, arena);
            Instant longAgo = Instant.now().minusSeconds(3600);
            assertEquals(PeerState.UNKNOWN, new ProcessWatch(new Sight(false), memory, longAgo).stateOf(writer.pid()));
            memory.close();
        }
    }

    @Test
    void shouldTellNothingByAProcessThatHidesWhatItMaps() throws Exception {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
                Arena arena = Arena.ofConfined();
                ChildProcess hiding = ChildProcess.start(new ProcessBuilder("sleep", "600"))) {
            SharedMemory memory = hidingMappings(SYSTEM.buffers().open(name, 1, arena));
            ProcessWatch watch = new ProcessWatch(new Sight(true), memory, Instant.MAX);
            assertEquals(PeerState.UNKNOWN, watch.stateOf(hiding.pid()));
            hiding.kill();
            assertEquals(
                    PeerState.DEAD, watch.stateOf(hiding.pid()), "where every process is seen, and it is not there");
            memory.close();
        }
    }

    @Test
    void shouldLookForAnIdAmongAllProcesses() {
        Processes processes = SYSTEM.processes();
        long own = processes.ownPid();
        assertEquals(0, processes.knownAs(own).filter(id -> id == own).count(), "others only");
        for (long nobody : new long[] {0, -1, Long.MAX_VALUE}) {
            assertEquals(0, processes.knownAs(nobody).count());
        }
        long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        if (parent != 0) {
            assertEquals(parent, processes.knownAs(parent).findFirst().orElseThrow());
        }
    }

    @Test
    void shouldCountForHowLongASignStaysTheSame() {
        Silence silence = new Silence();
        assertFalse(silence.lasts(1, 100, 10));
        assertFalse(silence.lasts(1, 109, 10));
        assertTrue(silence.lasts(1, 110, 10));
        assertFalse(silence.lasts(2, 111, 10));
        silence.restart();
        assertFalse(silence.lasts(2, 200, 10));
        assertTrue(silence.lasts(2, 210, 10));
    }

    /** As it looks to another user. */
    private static SharedMemory hidingMappings(SharedMemory memory) {
        return (SharedMemory) Proxy.newProxyInstance(
                SharedMemory.class.getClassLoader(),
                new Class<?>[] {SharedMemory.class},
                (_, method, arguments) ->
                        method.getName().equals("mappedBy") ? Mapped.HIDDEN : method.invoke(memory, arguments));
    }

    private ProcessWatch watch(Arena arena, boolean seesAll) throws Exception {
        return new ProcessWatch(new Sight(seesAll), SYSTEM.buffers().open(name, 1, arena), Instant.MAX);
    }

    /** This machine's processes, seen from a PID namespace of one's own or from the first one. */
    private record Sight(boolean seesAll) implements Processes {
        @Override
        public long ownPid() {
            return SYSTEM.processes().ownPid();
        }

        @Override
        public long startTime(long pid) {
            return SYSTEM.processes().startTime(pid);
        }

        @Override
        public boolean wasThereAt(long pid, Instant instant) {
            return SYSTEM.processes().wasThereAt(pid, instant);
        }

        @Override
        public LongStream knownAs(long pid) {
            return SYSTEM.processes().knownAs(pid);
        }
    }
}

package io.zerobuffer.internal.os.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.testkit.TestBuffers;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to operate a semaphore of glibc, alone and on the same semaphore. */
final class NamedSemaphoreTest {
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final String name = TestBuffers.uniqueName();
    private Arena arena;

    private interface Opener {
        LinuxSemaphore open(String name, Arena arena) throws OsException;
    }

    /** Who creates it, and who opens what was created. */
    private record Pair(String creatorName, Opener creator, String openerName, Opener opener) {
        @Override
        public String toString() {
            return creatorName + " and " + openerName;
        }
    }

    static Stream<Pair> pairs() {
        Opener createDirect = (name, arena) -> GlibcSemaphore.create(name, 0600, arena);
        Opener createByLibrary = (name, arena) -> LibcSemaphore.create(name, 0600, arena);
        return Stream.of(
                new Pair("mapped", createDirect, "mapped", GlibcSemaphore::open),
                new Pair("mapped", createDirect, "library", LibcSemaphore::open),
                new Pair("library", createByLibrary, "mapped", GlibcSemaphore::open),
                new Pair("library", createByLibrary, "library", LibcSemaphore::open));
    }

    @BeforeEach
    void openArena() {
        arena = Arena.ofShared();
    }

    @AfterEach
    void removeAndClose() throws OsException {
        LibcSemaphore.unlink(name);
        arena.close();
    }

    @Test
    void shouldFindGlibcUsableHere() {
        assertTrue(GlibcSemaphore.isUsable());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldCountTokensOnBothSidesAlike(Pair pair) throws OsException {
        LinuxSemaphore one = pair.creator().open(name, arena);
        LinuxSemaphore other = pair.opener().open(name, arena);
        assertEquals(0, one.value());
        assertFalse(one.tryTake());
        one.post();
        one.post();
        other.post();
        assertEquals(3, other.value());
        assertTrue(other.tryTake());
        assertTrue(one.take(LONG_NANOS));
        assertEquals(1, one.value());
        other.takeAll();
        assertEquals(0, one.value());
        assertFalse(other.take(1_000_000));
        assertFalse(other.take(0));
        assertEquals(0, one.value());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldWakeEachOther(Pair pair) throws Exception {
        LinuxSemaphore one = pair.creator().open(name, arena);
        LinuxSemaphore other = pair.opener().open(name, arena);
        for (int round = 0; round < 20; round++) {
            LinuxSemaphore waiter = round % 2 == 0 ? one : other;
            LinuxSemaphore poster = round % 2 == 0 ? other : one;
            CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(() -> waiter.take(LONG_NANOS));
            Thread.sleep(round);
            poster.post();
            assertTrue(woken.get(1, TimeUnit.MINUTES));
            assertEquals(0, one.value());
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldLoseNoTokenBetweenThreads(Pair pair) throws Exception {
        int tokens = 50_000;
        LinuxSemaphore one = pair.creator().open(name, arena);
        LinuxSemaphore other = pair.opener().open(name, arena);
        CompletableFuture<Void> posting = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < tokens; i++) {
                one.post();
            }
        });
        for (int i = 0; i < tokens; i++) {
            assertTrue(other.take(LONG_NANOS));
        }
        posting.get(1, TimeUnit.MINUTES);
        assertFalse(one.tryTake());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldNotOpenWhatIsNotThereNorRemoveWhatIsAnother(Pair pair) throws OsException {
        assertNull(pair.opener().open(name, arena));
        LinuxSemaphore first = pair.creator().open(name, arena);
        assertTrue(LibcSemaphore.unlink(name));
        LinuxSemaphore second = pair.creator().open(name, arena);
        first.unlink();
        second.post();
        assertEquals(1, pair.opener().open(name, arena).value());
        second.unlink();
        assertNull(pair.opener().open(name, arena));
    }
}

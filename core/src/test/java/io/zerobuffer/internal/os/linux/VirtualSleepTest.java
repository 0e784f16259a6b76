package io.zerobuffer.internal.os.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.internal.os.Signal;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.posix.StandIn;
import io.zerobuffer.testkit.TestBuffers;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual threads that sleep on semaphores, with and without a kernel that can sleep on several. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class VirtualSleepTest {
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final List<String> names = new ArrayList<>();
    private Arena arena;

    private interface Taker {
        boolean take(Signal semaphore, long nanos);
    }

    private record Way(String name, Taker taker) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(new Way("shared", Signal::take), new Way("stand-in", StandIn::take));
    }

    @BeforeEach
    void openArena() {
        arena = Arena.ofShared();
    }

    @AfterEach
    void removeAndClose() throws OsException, InterruptedException {
        for (String name : names) {
            LibcSemaphore.unlink(name);
        }
        // A thread that sleeps for others may be at the semaphore for another microsecond: the library tries again as
        // well.
        for (int tries = 0; arena.scope().isAlive(); tries++) {
            try {
                arena.close();
            } catch (IllegalStateException inUse) {
                if (tries == 10_000) {
                    throw inUse;
                }
                Thread.sleep(1);
            }
        }
    }

    private GlibcSemaphore semaphore() throws OsException {
        String name = TestBuffers.uniqueName();
        names.add(name);
        return GlibcSemaphore.create(name, 0600, arena);
    }

    private static <T> FutureTask<T> startVirtual(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        Thread.startVirtualThread(task);
        return task;
    }

    @Test
    void shouldShareOneThreadHere() {
        assertTrue(
                SharedSleep.isUsable(),
                "this kernel is older than 5.16, or futex_waitv is forbidden: the tests of it do not tell anything");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldBeWokenByATokenOfTheLibrary(Way way) throws Exception {
        GlibcSemaphore semaphore = semaphore();
        LibcSemaphore peer = LibcSemaphore.open(names.getFirst(), arena);
        for (int round = 0; round < 50; round++) {
            FutureTask<Boolean> woken = startVirtual(() -> way.taker().take(semaphore, LONG_NANOS));
            Thread.sleep(round % 5);
            peer.post();
            assertTrue(woken.get());
            assertEquals(0, semaphore.value());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void shouldLoseNoTokenHoweverItsSleepsEnd(Way way) throws Exception {
        int tokens = 20_000;
        GlibcSemaphore semaphore = semaphore();
        LibcSemaphore peer = LibcSemaphore.open(names.getFirst(), arena);
        FutureTask<Integer> taken = startVirtual(() -> {
            int count = 0;
            while (count < tokens) {
                // Some end by time, just when a token comes.
                count += way.taker().take(semaphore, count % 3 == 0 ? 50_000 : LONG_NANOS) ? 1 : 0;
            }
            return count;
        });
        for (int i = 0; i < tokens; i++) {
            peer.post();
            if (i % 64 == 0) {
                Thread.sleep(0, 50_000);
            }
        }
        assertEquals(tokens, taken.get());
        assertFalse(semaphore.tryTake());
    }

    @Test
    void shouldWakeTheRightOnesOfMoreThanOneThreadCanWatch() throws Exception {
        int count = 2 * SharedSleep.MOST_SEMAPHORES + 50;
        List<GlibcSemaphore> semaphores = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            semaphores.add(semaphore());
        }
        for (int round = 0; round < 3; round++) {
            List<FutureTask<Boolean>> sleepers = new ArrayList<>();
            for (GlibcSemaphore semaphore : semaphores) {
                sleepers.add(startVirtual(() -> semaphore.take(LONG_NANOS)));
            }
            for (int i = round; i < count; i += 2) {
                semaphores.get(i).post();
                assertTrue(sleepers.get(i).get());
            }
            for (int i = 0; i < count; i++) {
                if (!sleepers.get(i).isDone()) {
                    semaphores.get(i).post();
                }
            }
            for (FutureTask<Boolean> sleeper : sleepers) {
                assertTrue(sleeper.get());
            }
        }
    }

    /** The thread that slept for the virtual one is still in line for the semaphore's next wake-up. */
    @Test
    void shouldPassTheWakeUpOnToAPlatformThreadThatSleepsThereNow() throws Exception {
        GlibcSemaphore semaphore = semaphore();
        LibcSemaphore peer = LibcSemaphore.open(names.getFirst(), arena);
        for (int round = 0; round < 20; round++) {
            assertFalse(startVirtual(() -> semaphore.take(2_000_000)).get());
            FutureTask<Boolean> platform = new FutureTask<>(() -> semaphore.take(LONG_NANOS));
            Thread.ofPlatform().daemon().start(platform);
            Thread.sleep(5);
            peer.post();
            assertTrue(platform.get(1, TimeUnit.MINUTES));
        }
    }

    @Test
    void shouldEndASleepAtOnceWhenTheThreadIsInterrupted() throws Exception {
        GlibcSemaphore semaphore = semaphore();
        FutureTask<Boolean> woken = new FutureTask<>(() -> semaphore.take(LONG_NANOS));
        Thread sleeper = Thread.startVirtualThread(woken);
        Thread.sleep(5);
        sleeper.interrupt();
        assertFalse(woken.get());
        assertFalse(startVirtual(() -> {
                    Thread.currentThread().interrupt();
                    return semaphore.take(LONG_NANOS);
                })
                .get());
        semaphore.post();
        assertTrue(semaphore.tryTake());
    }

    @Test
    void shouldGoOnForTheOthersWhenASemaphoreIsClosed() throws Exception {
        GlibcSemaphore lasting = semaphore();
        FutureTask<Boolean> other = startVirtual(() -> lasting.take(LONG_NANOS));
        try (Arena brief = Arena.ofShared()) {
            for (int i = 0; i < 20; i++) {
                GlibcSemaphore closed = GlibcSemaphore.open(names.getFirst(), brief);
                startVirtual(() -> closed.take(1_000_000)).get();
            }
        }
        lasting.post();
        assertTrue(other.get());
        FutureTask<Boolean> again = startVirtual(() -> lasting.take(LONG_NANOS));
        Thread.sleep(5);
        lasting.post();
        assertTrue(again.get());
    }

    /** What fails here is a place without a semaphore; it could be any place for want of memory. */
    @Test
    void shouldGoOnForTheOthersWhenTheirThreadFails() throws Exception {
        GlibcSemaphore semaphore = semaphore();
        FutureTask<Boolean> woken = startVirtual(() -> semaphore.take(LONG_NANOS));
        Thread.sleep(5);
        for (int i = 0; i < 2 * SharedSleep.MOST_SEMAPHORES; i++) {
            assertThrows(NullPointerException.class, () -> new SharedSleep.Place(null).sleep(LONG_NANOS));
        }
        Thread.sleep(5);
        semaphore.post();
        assertTrue(woken.get());
    }
}

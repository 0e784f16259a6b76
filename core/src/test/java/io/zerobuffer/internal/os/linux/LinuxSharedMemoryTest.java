package io.zerobuffer.internal.os.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.AddressLimit;
import io.zerobuffer.internal.os.OsException;
import io.zerobuffer.internal.os.Role;
import io.zerobuffer.internal.os.posix.Libc;
import io.zerobuffer.internal.os.posix.Numbers;
import io.zerobuffer.internal.wire.HeaderBlock;
import io.zerobuffer.testkit.Eventually;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LinuxSharedMemoryTest {
    private static final int OWNER_ONLY = 0600;
    private static final long SIZE = 1 << 20;
    /** So wide that nothing else that gets the addresses covers them. */
    private static final long WIDE = 1L << 34;

    private final String name = TestBuffers.uniqueName();

    /** A thread may be about to ask when another one closes; its number may be another file's by then. */
    @Test
    void shouldHoldNothingOnceItIsClosed() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            LinuxSharedMemory memory = LinuxSharedMemory.create(name, 128, OWNER_ONLY, true, arena);
            LinuxSharedMemory other = LinuxSharedMemory.open(name, 128, arena);
            try {
                assertTrue(memory.take(Role.WRITER));
                assertTrue(other.isTaken(Role.WRITER));
                memory.unlink();
                memory.close();
                assertFalse(memory.take(Role.WRITER));
                assertFalse(memory.isTaken(Role.WRITER));
                assertFalse(other.isTaken(Role.WRITER));
            } finally {
                other.close();
            }
        }
    }

    /** A thread may be using it by address when another one closes: it must find memory there, and reach nobody. */
    @Test
    void shouldPutPrivateZerosInPlaceOfMemoryThatIsUsedByAddress() throws OsException {
        try (Arena watching = Arena.ofConfined()) {
            Arena arena = Arena.ofConfined();
            LinuxSharedMemory memory = LinuxSharedMemory.create(name, SIZE, OWNER_ONLY, false, arena);
            LinuxSharedMemory other = LinuxSharedMemory.open(name, SIZE, watching);
            try {
                MemorySegment byAddress = memory.byAddress();
                byAddress.set(ValueLayout.JAVA_LONG, SIZE - Long.BYTES, 7);
                assertEquals(7, other.segment().get(ValueLayout.JAVA_LONG, SIZE - Long.BYTES));
                arena.close();
                assertEquals(0, byAddress.get(ValueLayout.JAVA_LONG, SIZE - Long.BYTES));
                byAddress.set(ValueLayout.JAVA_LONG, 0, 8);
                assertEquals(0, other.segment().get(ValueLayout.JAVA_LONG, 0));
                assertThrows(IllegalStateException.class, memory::byAddress);
            } finally {
                other.unlink();
                other.close();
                memory.close();
            }
        }
    }

    @Test
    void shouldKeepTheAddressesOnlyAsLongAsSomebodyHasThem() throws OsException {
        long asked = addressAfterItsEnd(true);
        long notAsked = addressAfterItsEnd(false);
        assertFalse(isMapped(notAsked));
        Eventually.await("what nobody uses is unmapped", () -> {
            System.gc();
            return !isMapped(asked);
        });
    }

    /** As it may where vm.overcommit_memory is 2. */
    @Test
    void shouldLeaveTheMemoryInPlaceWhereTheSystemRefusesTheZeros() throws OsException {
        Arena arena = Arena.ofConfined();
        LinuxSharedMemory memory = LinuxSharedMemory.create(name, WIDE, OWNER_ONLY, false, arena);
        memory.unlink();
        memory.close();
        MemorySegment byAddress = memory.byAddress();
        byAddress.set(ValueLayout.JAVA_LONG, WIDE - Long.BYTES, 7);
        AddressLimit.leaving(WIDE / 2, arena::close);
        assertEquals(7, byAddress.get(ValueLayout.JAVA_LONG, WIDE - Long.BYTES));
    }

    private long addressAfterItsEnd(boolean byAddress) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            LinuxSharedMemory memory = LinuxSharedMemory.create(name, WIDE, OWNER_ONLY, false, arena);
            memory.unlink();
            memory.close();
            return (byAddress ? memory.byAddress() : memory.segment()).address();
        }
    }

    private static boolean isMapped(long address) {
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return mappings.map(mapping -> mapping.split("[- ]"))
                    .anyMatch(ends -> Long.parseUnsignedLong(ends[0], 16) <= address
                            && Long.parseUnsignedLong(ends[1], 16) - address >= WIDE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ranges are part of the protocol: writers and readers of other versions ask for them. */
    @Test
    void shouldShowWhoIsThereWhereTheHeaderBlockHasTheProcessIds() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            LinuxSharedMemory memory = LinuxSharedMemory.create(name, SIZE, OWNER_ONLY, false, arena);
            int fd = SharedMemoryFiles.open(name, Numbers.O_RDWR, 0);
            try {
                for (Role role : Role.values()) {
                    long start = role == Role.READER ? HeaderBlock.READER_PID_OFFSET : HeaderBlock.WRITER_PID_OFFSET;
                    assertTrue(memory.take(role));
                    assertTrue(Linux.isRangeLocked(fd, start, 1));
                    assertTrue(Linux.isRangeLocked(fd, start + Long.BYTES - 1, 1));
                    assertFalse(Linux.isRangeLocked(fd, 0, start));
                    assertFalse(Linux.isRangeLocked(fd, start + Long.BYTES, SIZE));
                    memory.giveUp(role);
                    assertFalse(Linux.isRangeLocked(fd, 0, SIZE));
                }
            } finally {
                Libc.close(fd);
                memory.unlink();
                memory.close();
            }
        }
    }

    @Test
    void shouldSetNoPagesAsideForWhatIsNotReserved() throws OsException {
        assertEquals(0, pagesAsideAfterPopulating(false));
        assertEquals(SIZE, pagesAsideAfterPopulating(true));
    }

    private long pagesAsideAfterPopulating(boolean reserve) throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            LinuxSharedMemory memory = LinuxSharedMemory.create(name, SIZE, OWNER_ONLY, reserve, arena);
            int fd = SharedMemoryFiles.open(name, Numbers.O_RDWR, 0);
            try {
                memory.populate(Long.MAX_VALUE);
                return Linux.reservedBytes(fd);
            } finally {
                Libc.close(fd);
                memory.unlink();
                memory.close();
            }
        }
    }
}

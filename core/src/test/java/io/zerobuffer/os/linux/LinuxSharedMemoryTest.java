package io.zerobuffer.os.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.os.OsException;
import io.zerobuffer.os.SharedMemory;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class LinuxSharedMemoryTest {
    private static final int OWNER_ONLY = 0600;
    private static final long SIZE = 1 << 20;

    private final String name = "zb-memory-" + ProcessHandle.current().pid();

    /** A thread may be about to ask when another one closes; its number may be another file's by then. */
    @Test
    void shouldHoldNothingOnceItIsClosed() throws OsException {
        try (Arena arena = Arena.ofConfined()) {
            SharedMemory memory = LinuxSharedMemory.create(name, 128, OWNER_ONLY, true, arena);
            SharedMemory other = LinuxSharedMemory.open(name, 128, arena);
            try {
                assertTrue(memory.tryHold(0, 8));
                assertTrue(other.isHeldByOther(0, 8));
                memory.unlink();
                memory.close();
                assertFalse(memory.tryHold(0, 8));
                assertFalse(memory.isHeldByOther(0, 8));
                assertFalse(other.isHeldByOther(0, 8));
            } finally {
                other.close();
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
            SharedMemory memory = LinuxSharedMemory.create(name, SIZE, OWNER_ONLY, reserve, arena);
            int fd = Libc.shmOpen("/" + name, Libc.O_RDWR, 0);
            try {
                memory.populate(Long.MAX_VALUE);
                return Libc.reservedBytes(fd);
            } finally {
                Libc.close(fd);
                memory.unlink();
                memory.close();
            }
        }
    }
}

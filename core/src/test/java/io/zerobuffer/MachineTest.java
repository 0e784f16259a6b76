package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Machines on which a buffer cannot be: what a user is told, and that nothing is left. Each is made of mounts of its
 * own.
 */
final class MachineTest {
    private static final String OWN_MOUNTS =
            "mount -t tmpfs -o mode=1777 none /dev/shm; " + "mount -t tmpfs -o mode=1777 none /tmp; ";

    private static final String NO_SHARED_MEMORY = "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; "
            + "mknod -m 666 /dev/urandom c 1 9; mknod -m 666 /dev/random c 1 8";

    @TempDir
    private Path directory;

    /**
     * @param says what a message must hold
     * @param saysNot what would mislead; empty for nothing
     */
    record Machine(
            String description, String script, boolean otherUser, String exception, List<String> says, String saysNot) {
        @Override
        public String toString() {
            return description;
        }
    }

    static List<Machine> machines() {
        String lock = "/tmp/zerobuffer/x.lock";
        return List.of(
                new Machine(
                        "/tmp without inodes",
                        "mount -t tmpfs -o nr_inodes=2,mode=1777 none /tmp",
                        false,
                        "NoSpaceException",
                        List.of("ENOSPC", "/tmp/zerobuffer", "df -i /tmp"),
                        "--shm-size"),
                new Machine(
                        "/tmp read-only",
                        "mount -t tmpfs -o ro none /tmp",
                        false,
                        "SystemCallException",
                        List.of("EROFS", "mkdir of /tmp/zerobuffer", "writable"),
                        "errno"),
                new Machine(
                        "/tmp of root alone",
                        "mount -t tmpfs -o mode=755 none /tmp",
                        true,
                        "NoPermissionException",
                        List.of("/tmp/zerobuffer", "/tmp belongs to uid 0", "1777"),
                        "wider"),
                new Machine(
                        "a lock directory of root alone",
                        "mkdir -m 755 /tmp/zerobuffer",
                        true,
                        "NoPermissionException",
                        List.of(lock, "/tmp/zerobuffer belongs to uid 0", "0755", "1777"),
                        "wider"),
                new Machine(
                        "a file for a lock directory",
                        "touch /tmp/zerobuffer",
                        false,
                        "UnexpectedFileException",
                        List.of("/tmp/zerobuffer is a file"),
                        ""),
                new Machine(
                        "a dangling link for a lock directory",
                        "ln -s /nowhere /tmp/zerobuffer",
                        false,
                        "UnexpectedFileException",
                        List.of("/tmp/zerobuffer is a symbolic link"),
                        ""),
                new Machine(
                        "somebody's link for a lock directory",
                        "mkdir -m 1777 /tmp/v; ln -s /tmp/v /tmp/zerobuffer",
                        false,
                        "UnexpectedFileException",
                        List.of("/tmp/zerobuffer is a symbolic link"),
                        ""),
                new Machine(
                        "a lock directory in which everybody may remove",
                        "mkdir /tmp/zerobuffer; chmod 777 /tmp/zerobuffer",
                        false,
                        "UnexpectedFileException",
                        List.of("/tmp/zerobuffer", "sticky", "chmod 1777"),
                        ""),
                new Machine(
                        "a FIFO for a lock file",
                        "mkdir -m 1777 /tmp/zerobuffer; mkfifo " + lock,
                        false,
                        "UnexpectedFileException",
                        List.of(lock + " is a FIFO"),
                        ""),
                new Machine(
                        "a FIFO for the lock file of C#",
                        "mkdir -m 1777 -p /tmp/zerobuffer/locks; mkfifo /tmp/zerobuffer/locks/x.lock",
                        false,
                        "UnexpectedFileException",
                        List.of("/tmp/zerobuffer/locks/x.lock is a FIFO"),
                        ""),
                new Machine(
                        "a FIFO for the segment",
                        "mkfifo /dev/shm/x",
                        false,
                        "UnexpectedFileException",
                        List.of("/dev/shm/x is a FIFO"),
                        ""),
                new Machine(
                        "an empty file for the segment",
                        "touch /dev/shm/x",
                        false,
                        "CorruptBufferException",
                        List.of("something else's"),
                        ""),
                new Machine(
                        "somebody's file for a semaphore",
                        "head -c 4288 /dev/zero > /dev/shm/sem.sem-w-x",
                        false,
                        "UnexpectedFileException",
                        List.of("/dev/shm/sem.sem-w-x", "4288 bytes", "no semaphore"),
                        ""),
                new Machine(
                        "no /dev/shm",
                        NO_SHARED_MEMORY,
                        false,
                        "SystemCallException",
                        List.of("ENOENT", "/dev/shm is not there", "tmpfs"),
                        "start its reader"),
                new Machine(
                        "/dev/shm read-only",
                        "mount -t tmpfs -o ro none /dev/shm",
                        false,
                        "SystemCallException",
                        List.of("EROFS", "/dev/shm", "writable"),
                        "errno"),
                new Machine(
                        "/dev/shm of root alone",
                        "mount -t tmpfs -o mode=755 none /dev/shm",
                        true,
                        "NoPermissionException",
                        List.of("/dev/shm belongs to uid 0", "1777"),
                        "wider"),
                new Machine(
                        "/dev/shm without inodes",
                        "mount -t tmpfs -o nr_inodes=2,mode=1777 none /dev/shm",
                        false,
                        "NoSpaceException",
                        List.of("ENOSPC", "df -i /dev/shm"),
                        "--shm-size"),
                new Machine(
                        "/dev/shm too small",
                        "mount -t tmpfs -o size=8k,mode=1777 none /dev/shm",
                        false,
                        "NoSpaceException",
                        List.of("ENOSPC", "8384 bytes", "/dev/shm", "--shm-size"),
                        ""));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("machines")
    void shouldSayWhatStandsInTheWayAndLeaveNothing(Machine machine) throws IOException, InterruptedException {
        List<String> launcher = Elsewhere.mounts(OWN_MOUNTS + machine.script());
        if (machine.otherUser()) {
            launcher = Elsewhere.both(launcher, Elsewhere.asOtherUser());
        }
        assumeTrue(Elsewhere.canRun(launcher), "mounts of one's own and other users need root");
        List<String> lines = Elsewhere.run(launcher, Elsewhere.GRANTED, "create", "x", "OWNER", "left");
        String refused = lines.getFirst();
        assertTrue(refused.startsWith(machine.exception() + ": buffer 'x': "), refused);
        for (String part : machine.says()) {
            assertTrue(refused.contains(part), part + " in " + refused);
        }
        assertFalse(!machine.saysNot().isEmpty() && refused.contains(machine.saysNot()), refused);
        assertTrue(
                lines.get(1).equals("[]")
                        || machine.script().contains(lines.get(1).replaceAll("[\\[\\]]", "")),
                lines.get(1));
    }

    @Test
    void shouldTellAWriterThatThereIsNoSharedMemoryAtAll() throws IOException, InterruptedException {
        List<String> launcher = Elsewhere.mounts(NO_SHARED_MEMORY);
        assumeTrue(Elsewhere.canRun(launcher), "mounts of one's own need root");
        String refused = Elsewhere.run(launcher, Elsewhere.GRANTED, "connect", "x", "OWNER")
                .getFirst();
        assertTrue(refused.startsWith("SystemCallException: ") && refused.contains("/dev/shm is not there"), refused);
    }

    @Test
    void shouldDoWithoutProc() throws IOException, InterruptedException {
        // The dynamic linker finds the libraries beside the program through /proc.
        String libraries = "export LD_LIBRARY_PATH=" + Path.of(System.getProperty("java.home"), "lib");
        List<String> launcher = Elsewhere.mounts(OWN_MOUNTS + "mount -t tmpfs none /proc; " + libraries);
        assumeTrue(Elsewhere.canRun(launcher), "mounts of one's own need root");
        assertEquals(
                List.of("ok", "ok", "ok", "ok", "ok", "[]"),
                Elsewhere.run(
                        launcher,
                        Elsewhere.GRANTED,
                        "create",
                        "x",
                        "OWNER",
                        "connect",
                        "x",
                        "OWNER",
                        "write",
                        "read",
                        "close",
                        "left"));
    }

    /** A call that the kernel or a sandbox refuses. */
    record Refusal(List<String> call, String message) {}

    static List<Refusal> refusals() {
        return List.of(
                new Refusal(List.of("flock", "38"), "flock of /tmp/zerobuffer/x.lock failed: ENOSYS"),
                new Refusal(List.of("flock", "1"), "flock of /tmp/zerobuffer/x.lock failed: EPERM"),
                // F_OFD_SETLK: 37.
                new Refusal(List.of("fcntl", "22", "37"), "fcntl(F_OFD_SETLK) of /dev/shm/.zb-x failed: EINVAL"),
                new Refusal(List.of("fcntl", "1", "37"), "fcntl(F_OFD_SETLK) of /dev/shm/.zb-x failed: EPERM"),
                new Refusal(List.of("fallocate", "38"), "posix_fallocate of /dev/shm/.zb-x failed: ENOSYS"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldSayWhichCallIsRefusedAndLeaveNothing(Refusal refusal) throws IOException, InterruptedException {
        List<String> launcher = Elsewhere.both(denying(refusal.call()), Elsewhere.mounts(OWN_MOUNTS + "true"));
        assumeTrue(Elsewhere.canRun(launcher), "mounts of one's own need root");
        List<String> lines = Elsewhere.run(launcher, Elsewhere.GRANTED, "create", "x", "OWNER", "left");
        String refused = lines.getFirst();
        assertTrue(refused.startsWith("SystemCallException: buffer 'x': " + refusal.message()), refused);
        assertTrue(refused.contains("filter of system calls"), refused);
        assertEquals("[]", lines.getLast());
    }

    private List<String> denying(List<String> call) throws IOException, InterruptedException {
        Path deny = directory.resolve("deny");
        assumeTrue(compiles(deny), "needs a C compiler");
        return Elsewhere.both(List.of(deny.toString()), call);
    }

    private static boolean compiles(Path program) {
        return ChildProcess.succeeds(List.of(
                "gcc", "-o", program.toString(), Path.of("src", "test", "c", "deny.c").toString()));
    }
}

package io.zerobuffer.interop;

import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a peer is made of.
 *
 * @param language "Java", "C" or "Python", or "zerobuffer-ipc" for the published Python implementation itself
 * @param flavour whose behaviour it has, known defects included; "v1" is the protocol's. Of what is published, its
 * version
 * @param place where it runs
 */
record PeerKind(String language, String flavour, Place place) {
    /** Where a peer runs. */
    enum Place {
        THREAD(" thread"),
        PROCESS(""),
        OTHER_PID_NAMESPACE(" in another PID namespace", "unshare", "--pid", "--fork", "--kill-child", "--"),
        CONTAINER(" in a container", "unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--"),
        OTHER_USER(" of another user", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"),
        SMALL_SHARED_MEMORY(
                " with 1 MB of shared memory",
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=1m tmpfs " + TestBuffers.SHARED_MEMORY + " && exec \"$@\"",
                "sh"),
        FEW_DESCRIPTORS(" with 64 file descriptors at most", "prlimit", "--nofile=64", "--"),
        FILE_SIZE_LIMIT(" with files of 100,000 bytes at most", "prlimit", "--fsize=100000", "--");

        private final String name;
        private final List<String> launcher;

        Place(String name, String... launcher) {
            this.name = name;
            this.launcher = List.of(launcher);
        }

        @Override
        public String toString() {
            return name;
        }

        /** The command that runs a command there. */
        List<String> wrap(List<String> command) {
            return Stream.concat(launcher.stream(), command.stream()).toList();
        }

        /** Whether a command can be run there, and succeeds. */
        boolean canRun(String... command) {
            return ChildProcess.succeeds(wrap(List.of(command)));
        }

        /** Whether this machine and user can make it. */
        boolean isAvailable() {
            return canRun("true");
        }

        /** Whether the process that is started is the peer itself, with the id it sees itself. */
        boolean startsThePeerItself() {
            return this != OTHER_PID_NAMESPACE && this != CONTAINER;
        }
    }

    static final PeerKind JAVA_THREAD = new PeerKind("Java", "v1", Place.THREAD);
    static final PeerKind JAVA = new PeerKind("Java", "v1", Place.PROCESS);
    static final PeerKind C = new PeerKind("C", "v1", Place.PROCESS);
    static final PeerKind PYTHON = new PeerKind("Python", "v1", Place.PROCESS);
    static final PeerKind PYTHON_1_1_11 = new PeerKind(Published.IPC, "1.1.11", Place.PROCESS);
    static final PeerKind PYTHON_1_2_8 = new PeerKind(Published.IPC, "1.2.8", Place.PROCESS);
    static final PeerKind PYTHON_1_3_0 = new PeerKind(Published.IPC, "1.3.0", Place.PROCESS);

    /** The same language with the defects of a published implementation. */
    PeerKind as(String otherFlavour) {
        return new PeerKind(language, otherFlavour, place);
    }

    /** The same somewhere else. */
    PeerKind at(Place otherPlace) {
        return new PeerKind(language, flavour, otherPlace);
    }

    boolean process() {
        return place != Place.THREAD;
    }

    boolean isJava() {
        return language.equals("Java");
    }

    /** True for what behaves as the protocol says, false for what has the defects of a published implementation. */
    boolean isFaithful() {
        return flavour.equals("v1");
    }

    /** The published program itself, not an imitation. */
    boolean isPublished() {
        return language.equals(Published.IPC);
    }

    /** Starts one; a test is skipped if it is a published program that is not installed. */
    Peer start() {
        if (isPublished()) {
            Published.assumeInstalled(this);
        }
        return process() ? new ProcessPeer(this, place.wrap(command())) : new ThreadPeer();
    }

    private List<String> command() {
        return switch (language) {
            case "Java" -> Programs.javaPeer();
            case "C" -> List.of(Programs.cPeer().toString(), "--as", flavour);
            case "Python" -> List.of("python3", Programs.pythonPeer().toString(), "--as", flavour);
            case Published.IPC -> Published.peer(flavour);
            default -> throw new IllegalArgumentException(language);
        };
    }

    @Override
    public String toString() {
        if (isPublished()) {
            return language + " " + flavour + place.name;
        }
        return language + place.name + (isFaithful() ? "" : " as " + flavour);
    }
}

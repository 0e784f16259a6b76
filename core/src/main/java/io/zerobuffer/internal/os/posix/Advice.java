package io.zerobuffer.internal.os.posix;

import io.zerobuffer.internal.os.OsException;

/** What helps against a call that failed: half a sentence for whoever runs the machine, empty if nothing is known. */
final class Advice {
    private static final String SHARED_MEMORY = "/dev/shm";
    private static final String TEMPORARY = "/tmp";

    private Advice() {}

    /** The directory of the file system in which an object lies. */
    static String place(String object) {
        return object.startsWith(SHARED_MEMORY) ? SHARED_MEMORY : TEMPORARY;
    }

    /** @param detail what {@link OsException#detail} tells: it begins with the path of what stands in the way */
    static String of(OsException.Reason reason, String call, String object, String detail) {
        String place = place(object);
        return switch (reason) {
            case NO_PERMISSION ->
                detail.startsWith(object + " ") ? "" : "let its owner or root give that directory mode 1777";
            case NO_SPACE ->
                "free some (buffers of dead readers stay until their names are used again), enlarge it (containers:"
                        + " --shm-size), raise ulimit -f";
            case NO_SPACE_FOR_NAME -> "free bytes (df -h " + place + ") or inodes (df -i " + place + ")";
            case READ_ONLY -> "mount something writable there, such as a tmpfs of mode 1777";
            case NO_DIRECTORY -> directory(object) + " is not there: mount a tmpfs of mode 1777";
            case UNSUPPORTED, RESERVING_UNSUPPORTED -> "the kernel or a filter of system calls refuses it: allow it";
            case OTHER -> "see the manual page of " + call;
            case EXISTS, OWNED, NO_DESCRIPTORS, FOREIGN -> "";
        };
    }

    private static String directory(String object) {
        return object.substring(0, Math.max(0, object.lastIndexOf('/')));
    }
}

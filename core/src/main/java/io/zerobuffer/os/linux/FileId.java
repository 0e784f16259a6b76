package io.zerobuffer.os.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * Which file a descriptor stands for, whether it still has a name, its size in bytes, and when its content last changed other than through a mapping. Read
 * through /proc, so that no layout of struct stat is needed, which differs between processors and C libraries, and no further descriptor.
 */
record FileId(Object device, Object inode, boolean isLinked, long size, Instant changedAt) {
    static FileId of(int fd) {
        try {
            Map<String, Object> attributes = Files.readAttributes(Path.of("/proc/self/fd/" + fd), "unix:dev,ino,nlink,size,lastModifiedTime");
            return new FileId(
                    attributes.get("dev"),
                    attributes.get("ino"),
                    (int) attributes.get("nlink") > 0,
                    (long) attributes.get("size"),
                    ((FileTime) attributes.get("lastModifiedTime")).toInstant());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at an open file through /proc/self/fd; is /proc mounted?", e);
        }
    }

    boolean isSameFile(FileId other) {
        return device.equals(other.device) && inode.equals(other.inode);
    }
}

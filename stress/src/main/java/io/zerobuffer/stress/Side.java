package io.zerobuffer.stress;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferFullException;
import io.zerobuffer.errors.CorruptBufferException;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.errors.PeerGoneException.Role;
import io.zerobuffer.errors.SequenceGapException;
import io.zerobuffer.errors.ZeroBufferException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The Java process that is killed: a reader or a writer, told line by line what to do, as {@code interop/README.md}
 * describes. It knows the requests the torture needs, and besides {@code arm POINT before|after CALL}, {@code disarm},
 * {@code gc}, and {@code self-describing}: that the writer is of Java too.
 */
public final class Side {
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(2);
    private static final long PATIENCE_NANOS = 100_000;

    private final FrameContent content = new FrameContent();
    private final Map<Long, Held> held = new HashMap<>();
    private boolean selfDescribing;
    private long lastHandle;
    private Reader reader;
    private Writer writer;
    private Claim claim;

    /** A frame, and its checksum when it was taken. */
    private record Held(Frame frame, long crc) {}

    private Side() {}

    public static void main(String[] arguments) throws IOException {
        // Unbuffered, and one write per line: what was answered before a SIGKILL has left the process.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.US_ASCII);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Side side = new Side();
        warmUp();
        say(out, "ready " + ProcessHandle.current().pid());
        String line;
        do {
            // The end of the input is an exit too: the driver is gone.
            line = in.readLine();
            say(out, side.answer(line == null ? new String[] {"exit"} : line.split(" ")));
        } while (line != null && !line.equals("exit"));
    }

    /**
     * Loading the library and linking its native calls takes some hundred milliseconds: before somebody waits for it,
     * and measures.
     */
    private static void warmUp() {
        String name = "zb-torture-warm-up-" + ProcessHandle.current().pid();
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(64));
                Writer writer = Writer.connect(name)) {
            writer.write(new byte[] {1});
            reader.read().release();
            // A wait that ends without a frame looks whether the writer lives.
            reader.read(Duration.ofMillis(60));
            writer.isReaderConnected();
        }
    }

    private static void say(PrintStream out, String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    private String answer(String[] words) {
        try {
            return execute(words);
        } catch (PeerGoneException e) {
            return (e.role() == Role.WRITER ? "error writer-dead " : "error reader-dead ") + e.getMessage();
        } catch (SequenceGapException e) {
            return "error sequence " + e.getMessage();
        } catch (CorruptBufferException e) {
            return "error corrupt " + e.getMessage();
        } catch (BufferFullException e) {
            return "error full " + e.getMessage();
        } catch (ZeroBufferException e) {
            return "error other " + e;
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return "error crash " + e;
        }
    }

    private String execute(String[] words) {
        return switch (words[0]) {
            case "create" -> create(words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
            case "read" -> read(Duration.ofMillis(Long.parseLong(words[1])));
            case "release" -> release(Long.parseLong(words[1]));
            case "close-reader" -> closeReader();
            case "connect" -> connect(words[1], Duration.ofMillis(Long.parseLong(words[2])));
            case "write" -> write(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "claim" -> claim(Integer.parseInt(words[1]));
            case "fill" -> fill(Long.parseLong(words[1]));
            case "write-metadata" -> writeMetadata(words[1]);
            case "close-writer" -> closeWriter();
            case "self-describing" -> expectSelfDescribing();
            case "gc" -> collectGarbage();
            case "arm" -> arm(KillPoint.valueOf(words[1]), words[2].equals("after"), Integer.parseInt(words[3]));
            case "disarm" -> disarm();
            case "exit" -> exit();
            default -> "error usage " + words[0];
        };
    }

    private String create(String name, long metadataSize, long payloadSize) {
        reader = Reader.create(name, ReaderConfig.ofPayload(payloadSize).withMetadataSize(metadataSize));
        return "ok " + reader.metadataSize() + " " + reader.payloadSize();
    }

    private String read(Duration timeout) {
        Frame frame = lastHandle % 2 == 0 ? reader.read(timeout) : poll(timeout);
        if (frame == null) {
            return "ok timeout";
        }
        long handle = ++lastHandle;
        long crc = FrameContent.checksum(frame.buffer());
        held.put(handle, new Held(frame, crc));
        if (selfDescribing && !FrameContent.isConsistent(frame.segment())) {
            return "error damaged sequence " + frame.sequence() + " is not what it says itself";
        }
        return "ok frame %d %d %d %08x".formatted(handle, frame.sequence(), frame.size(), crc);
    }

    private Frame poll(Duration timeout) {
        long start = System.nanoTime();
        Frame frame = reader.poll();
        while (frame == null && System.nanoTime() - start < timeout.toNanos()) {
            LockSupport.parkNanos(PATIENCE_NANOS);
            frame = reader.poll();
        }
        return frame;
    }

    private String release(long handle) {
        Held last = held.remove(handle);
        boolean changed = FrameContent.checksum(last.frame().buffer()) != last.crc();
        last.frame().release();
        return changed ? "error damaged sequence " + last.frame().sequence() + " while it was held" : "ok";
    }

    private String closeReader() {
        reader.close();
        held.clear();
        return "ok";
    }

    private String connect(String name, Duration wait) {
        writer = Writer.connect(
                name,
                WriterConfig.builder()
                        .connectTimeout(wait)
                        .writeTimeout(WRITE_TIMEOUT)
                        .build());
        return "ok " + writer.metadataSize() + " " + writer.payloadSize();
    }

    /** By copy and in place, waiting for space and trying again, in turn. */
    private String write(int size, long number) {
        byte[] bytes = content.selfDescribing(number, size);
        MemorySegment data = MemorySegment.ofArray(bytes).asSlice(0, size);
        switch ((int) (number % 4)) {
            case 0 -> writer.write(bytes, 0, size);
            case 1 -> commit(writer.claim(size), data);
            case 2 -> {
                while (!writer.tryWrite(data)) {
                    LockSupport.parkNanos(PATIENCE_NANOS);
                }
            }
            default -> {
                Claim inPlace = writer.tryClaim(size);
                while (inPlace == null) {
                    LockSupport.parkNanos(PATIENCE_NANOS);
                    inPlace = writer.tryClaim(size);
                }
                commit(inPlace, data);
            }
        }
        return "ok";
    }

    private static void commit(Claim claim, MemorySegment data) {
        try (claim) {
            claim.copyFrom(0, data);
            claim.commit();
        }
    }

    private String claim(int size) {
        claim = writer.claim(size);
        return "ok";
    }

    private String fill(long number) {
        int size = (int) claim.size();
        claim.copyFrom(0, content.selfDescribing(number, size), 0, size);
        return "ok";
    }

    private String writeMetadata(String text) {
        writer.writeMetadata(text.getBytes(StandardCharsets.US_ASCII));
        return "ok";
    }

    private String closeWriter() {
        writer.close();
        return "ok";
    }

    private String expectSelfDescribing() {
        selfDescribing = true;
        return "ok";
    }

    private static String collectGarbage() {
        System.gc();
        return "ok";
    }

    private static String arm(KillPoint point, boolean behind, int call) {
        KillSwitch.arm(point, behind, call);
        return "ok";
    }

    private static String disarm() {
        KillSwitch.disarm();
        return "ok";
    }

    private String exit() {
        if (writer != null) {
            writer.close();
        }
        if (reader != null) {
            reader.close();
        }
        return "ok";
    }
}

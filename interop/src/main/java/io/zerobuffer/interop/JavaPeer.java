package io.zerobuffer.interop;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.Permissions;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.BufferFullException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * The line protocol of the peers, on this library. One thread uses a peer; {@link #main} makes a process of one.
 */
public final class JavaPeer implements AutoCloseable {
    /**
     * The library's write timeout belongs to the writer, the protocol's to the request: a request repeats waits of this
     * length.
     */
    private static final Duration WRITE_SLICE = Duration.ofMillis(200);

    private final Pattern pattern = new Pattern();
    private long multiple = 1;
    private final Map<Long, Frame> held = new HashMap<>();
    private final Duplex duplex = new Duplex();
    private final Deque<FileInputStream> opened = new ArrayDeque<>();
    private Permissions trusting = Permissions.OWNER;
    private long lastHandle;
    private Reader reader;
    private Writer writer;
    private Claim claim;

    /** Answers the requests on standard input until {@code exit} or its end. */
    public static void main(String[] args) throws IOException {
        // Names of buffers are UTF-8 whatever the locale says.
        BufferedReader requests = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        answers.println("ready " + ProcessHandle.current().pid());
        try (JavaPeer peer = new JavaPeer()) {
            String request;
            do {
                request = requests.readLine();
                if (request != null) {
                    answers.println(peer.execute(request));
                }
            } while (request != null && !request.equals("exit"));
        }
    }

    /** Carries out one request and gives its answer, without line ends. */
    public String execute(String request) {
        try {
            String values = carryOut(request.split(" ", -1));
            return values.isEmpty() ? "ok" : "ok " + values;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return new Refusal("usage", request).answer();
        } catch (RuntimeException e) {
            return Refusal.of(e).answer();
        }
    }

    @Override
    public void close() {
        duplex.close();
        closeWriter();
        closeReader();
    }

    private String carryOut(String[] words) {
        return switch (words[0]) {
            case "create" -> create(words[1], number(words[2]), number(words[3]));
            case "create-for" -> createFor(Permissions.valueOf(words[1]), words[2]);
            case "trust" -> trust(words[1]);
            case "umask" -> umask(Integer.parseInt(words[1], 8));
            case "leave-descriptors" -> leaveDescriptors(Integer.parseInt(words[1]));
            case "free-descriptors" -> freeDescriptors();
            case "read" -> read(millis(words[1]));
            case "crc" -> crc32c(frame(number(words[1])));
            case "release" -> release(number(words[1]));
            case "multiple" -> {
                multiple = number(words[1]);
                yield "";
            }
            case "read-many" -> readMany(Run.of(words));
            case "metadata" -> metadata();
            case "close-reader" -> {
                theReader();
                yield closeReader();
            }
            case "connect" -> connect(words[1], millis(words[2]));
            case "write" -> write(Math.toIntExact(number(words[1])), number(words[2]), millis(words[3]));
            case "write-many" -> writeMany(Run.of(words));
            case "claim" -> claim(number(words[1]), millis(words[2]));
            case "fill" -> fill(number(words[1]));
            case "commit" -> Long.toString(endOfClaim().commit());
            case "abort" -> abort();
            case "write-metadata" -> writeMetadata(bytes(words[1]));
            case "write-metadata-in-place" -> writeMetadataInPlace(bytes(words[1]));
            case "close-writer" -> {
                theWriter();
                yield closeWriter();
            }
            case "exit" -> {
                close();
                yield "";
            }
            default -> {
                String values = duplex.carryOut(words);
                if (values == null) {
                    throw new Refusal("usage", "unknown request " + words[0]);
                }
                yield values;
            }
        };
    }

    private String create(String name, long metadataSize, long payloadSize) {
        if (reader != null) {
            throw new Refusal("usage", "this peer has a reader");
        }
        reader = Reader.create(name, ReaderConfig.ofPayload(payloadSize).withMetadataSize(metadataSize));
        return reader.metadataSize() + " " + reader.payloadSize();
    }

    private String createFor(Permissions permissions, String name) {
        reader = Reader.create(
                name,
                ReaderConfig.builder()
                        .payloadSize(4096)
                        .permissions(permissions)
                        .build());
        return "";
    }

    private String trust(String users) {
        trusting = Permissions.valueOf(users);
        return "";
    }

    private static String umask(int mask) {
        Linker linker = Linker.nativeLinker();
        // sys/stat.h
        MethodHandle umask = linker.downcallHandle(
                linker.defaultLookup().find("umask").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            return Integer.toOctalString((int) umask.invokeExact(mask));
        } catch (Throwable unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    /** Opens files until only so many more can be opened. */
    private String leaveDescriptors(int left) {
        try {
            while (true) {
                opened.push(new FileInputStream("/dev/null"));
            }
        } catch (FileNotFoundException noDescriptor) {
            closeOpened(left);
            return Integer.toString(opened.size());
        }
    }

    private String freeDescriptors() {
        closeOpened(opened.size());
        return "";
    }

    private void closeOpened(int files) {
        try {
            for (int i = 0; i < files; i++) {
                opened.pop().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(Duration timeout) {
        Frame frame = theReader().read(timeout);
        if (frame == null) {
            return "timeout";
        }
        held.put(++lastHandle, frame);
        return "frame " + lastHandle + " " + frame.sequence() + " " + frame.size() + " " + crc32c(frame);
    }

    static String crc32c(Frame frame) {
        CRC32C crc = new CRC32C();
        // Of a copy: on memory that another process has cut short, the checksum's native code would end the JVM.
        crc.update(frame.toByteArray());
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private String release(long handle) {
        frame(handle).release();
        held.remove(handle);
        return "";
    }

    private Frame frame(long handle) {
        Frame frame = held.get(handle);
        if (frame == null) {
            throw new Refusal("closed", "no frame " + handle + " is held");
        }
        return frame;
    }

    private String readMany(Run run) {
        record Taken(Frame frame, long index, int size) {}
        Deque<Taken> taken = new ArrayDeque<>();
        Sizes sizes = run.sizes(multiple);
        long bytes = 0;
        Refusal wrong = null;
        try {
            for (long i = run.first(); i < run.first() + run.count(); i++) {
                Frame frame = theReader().read(run.timeout());
                if (frame == null) {
                    throw new Refusal("timeout", "frame=" + i);
                }
                taken.add(new Taken(frame, i, sizes.next()));
                verify(frame, i, taken.getLast().size());
                bytes += frame.size();
                run.pause();
                if (taken.size() > run.holdOrBurst()) {
                    verify(
                            taken.getFirst().frame(),
                            taken.getFirst().index(),
                            taken.getFirst().size());
                    taken.removeFirst().frame().release();
                }
            }
            for (Taken rest : taken) {
                verify(rest.frame(), rest.index(), rest.size());
            }
        } catch (Refusal refusal) {
            wrong = refusal;
        } finally {
            taken.forEach(rest -> rest.frame().release());
        }
        if (wrong != null) {
            requireTold(wrong);
            throw wrong;
        }
        return run.count() + " " + bytes;
    }

    /** Lets the next read report what the release of a wrong frame has shown: only then has the library told nobody. */
    private void requireTold(Refusal wrong) {
        if (wrong.is("verify")) {
            Frame next = theReader().read(Duration.ZERO);
            if (next != null) {
                next.release();
            }
        }
    }

    private void verify(Frame frame, long index, int size) {
        if (frame.size() != size) {
            throw new Refusal("verify", "frame=" + index + " size " + frame.size() + " instead of " + size);
        }
        long wrong = frame.segment().mismatch(pattern.of(index, size));
        if (wrong >= 0) {
            throw new Refusal(
                    "verify", "frame=" + index + " byte " + wrong + " is " + Byte.toUnsignedInt(frame.getByte(wrong)));
        }
    }

    private String metadata() {
        return theReader().metadata().map(JavaPeer::hex).orElse("none");
    }

    private String closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        return "";
    }

    private String connect(String name, Duration wait) {
        if (writer != null) {
            throw new Refusal("usage", "this peer has a writer");
        }
        writer = Writer.connect(
                name,
                WriterConfig.builder()
                        .connectTimeout(wait)
                        .writeTimeout(WRITE_SLICE)
                        .trusting(trusting)
                        .build());
        return writer.metadataSize() + " " + writer.payloadSize();
    }

    private String write(int size, long index, Duration timeout) {
        MemorySegment data = pattern.of(index, size);
        return Long.toString(waitingAtMost(timeout, () -> theWriter().write(data)));
    }

    private String writeMany(Run run) {
        Sizes sizes = run.sizes(multiple);
        long bytes = 0;
        for (long done = 0; done < run.count(); done++) {
            MemorySegment data = pattern.of(run.first() + done, sizes.next());
            waitingAtMost(run.timeout(), () -> theWriter().write(data));
            bytes += data.byteSize();
            if (run.holdOrBurst() > 0 && (done + 1) % run.holdOrBurst() == 0) {
                run.pause();
            }
        }
        return run.count() + " " + bytes;
    }

    private String claim(long size, Duration timeout) {
        claim = waitingAtMost(timeout, () -> theWriter().claim(size));
        return "";
    }

    private String fill(long index) {
        theClaim().copyFrom(0, pattern.of(index, Math.toIntExact(theClaim().size())));
        return "";
    }

    private String abort() {
        endOfClaim().abort();
        return "";
    }

    private String writeMetadata(byte[] content) {
        theWriter().writeMetadata(content);
        return "";
    }

    private String writeMetadataInPlace(byte[] content) {
        theWriter().writeMetadata(content.length, claim -> claim.copyFrom(content));
        return "";
    }

    private String closeWriter() {
        if (writer != null) {
            writer.close();
            writer = null;
            claim = null;
        }
        return "";
    }

    private static <T> T waitingAtMost(Duration timeout, Supplier<T> attempt) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return attempt.get();
            } catch (BufferFullException full) {
                if (System.nanoTime() - deadline >= 0) {
                    throw full;
                }
            }
        }
    }

    private Reader theReader() {
        if (reader == null) {
            throw new Refusal("closed", "no reader is open");
        }
        return reader;
    }

    private Writer theWriter() {
        if (writer == null) {
            throw new Refusal("closed", "no writer is open");
        }
        return writer;
    }

    private Claim theClaim() {
        theWriter();
        if (claim == null) {
            throw new Refusal("usage", "nothing is claimed");
        }
        return claim;
    }

    private Claim endOfClaim() {
        Claim ending = theClaim();
        claim = null;
        return ending;
    }

    static long number(String word) {
        return Long.parseLong(word);
    }

    static Duration millis(String word) {
        return Duration.ofMillis(number(word));
    }

    static byte[] bytes(String word) {
        return word.equals("-") ? new byte[0] : HexFormat.of().parseHex(word);
    }

    static String hex(byte[] bytes) {
        return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
    }

    /** The parameters of read-many and write-many. */
    private record Run(
            long count,
            Duration timeout,
            long min,
            long max,
            long seed,
            long first,
            long holdOrBurst,
            long delayMicros) {
        static Run of(String[] words) {
            return new Run(
                    number(words[1]),
                    millis(words[2]),
                    number(words[3]),
                    number(words[4]),
                    number(words[5]),
                    number(words[6]),
                    number(words[7]),
                    number(words[8]));
        }

        Sizes sizes(long multiple) {
            return new Sizes(min, max, seed, multiple);
        }

        void pause() {
            if (delayMicros > 0) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(delayMicros));
            }
        }
    }
}

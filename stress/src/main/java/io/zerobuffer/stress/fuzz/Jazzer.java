package io.zerobuffer.stress.fuzz;

import io.zerobuffer.stress.Workshop;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs Jazzer for one target, in a process and a folder of its own. */
final class Jazzer {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    private static final int MAX_INPUT_BYTES = 1024;
    /** An input takes microseconds, on real shared memory a millisecond; one that takes this long hangs. */
    private static final int HANG_SECONDS = 60;

    private static final int MAX_FINDINGS = 10;
    /** Left alone, Jazzer takes long to come from short inputs to some that hold a story. */
    private static final int LONG_INPUTS = 32;

    private static final Pattern INPUTS = Pattern.compile("stat::number_of_executed_units:\\s+(\\d+)");
    private static final Pattern STATUS = Pattern.compile("cov: (\\d+) .*corp: (\\d+)/");

    private final Target target;
    private final Path kept;
    private final Path folder;
    private final Path corpus;
    private final Path findings;

    /**
     * @param kept the project's file of inputs for this target
     * @param folder new, for all that the run makes
     */
    Jazzer(Target target, Path kept, Path folder) throws IOException {
        this.target = target;
        this.kept = kept;
        this.folder = folder;
        this.corpus = folder.resolve("corpus");
        this.findings = Files.createDirectories(folder.resolve("findings"));
        (Files.exists(kept) ? Corpus.read(kept) : new Corpus(List.of())).writeDirectory(corpus);
    }

    private void addLongInputs(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < LONG_INPUTS; i++) {
            byte[] input = new byte[1 + random.nextInt(MAX_INPUT_BYTES)];
            random.nextBytes(input);
            Files.write(corpus.resolve("long-" + i), input);
        }
    }

    FuzzResult fuzz(long seconds, long seed) throws IOException, InterruptedException {
        addLongInputs(seed);
        long start = System.nanoTime();
        Path log = folder.resolve("log");
        int status = run(
                log,
                "-max_total_time=" + seconds,
                "-seed=" + (int) (seed & Integer.MAX_VALUE),
                "-max_len=" + MAX_INPUT_BYTES,
                "-len_control=0",
                "-use_value_profile=1",
                "-print_final_stats=1",
                "-timeout=" + HANG_SECONDS,
                "-artifact_prefix=" + findings + "/",
                corpus.toString());
        String text = Files.readString(log);
        List<Path> found = Corpus.list(findings);
        if (status != 0 && found.isEmpty()) {
            found = List.of(log);
        }
        long nanos = System.nanoTime() - start;
        return new FuzzResult(
                target,
                last(INPUTS, 1, text),
                last(STATUS, 2, text),
                last(STATUS, 1, text),
                found,
                nanos / 1_000_000_000);
    }

    /** Replaces the kept inputs by as few as cover what all cover now. */
    void keep() throws IOException, InterruptedException {
        Path merged = Files.createDirectories(folder.resolve("merged"));
        Path log = folder.resolve("merge-log");
        if (run(log, "-merge=1", merged.toString(), corpus.toString()) != 0) {
            throw new IOException("the inputs could not be merged: " + log);
        }
        Corpus.readDirectory(merged).write(kept);
    }

    private int run(Path log, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Workshop.java());
        // Jazzer unpacks libraries there, and attaches its agent to its own JVM.
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + folder, "-XX:+EnableDynamicAgentLoading", "-Xmx1g", "-ea:io.zerobuffer..."));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of(
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=io.zerobuffer.**",
                "--instrumentation_excludes=io.zerobuffer.stress.**",
                "--keep_going=" + MAX_FINDINGS,
                "--reproducer_path=" + folder));
        command.addAll(List.of(options));
        ProcessBuilder jazzer =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        try (ChildProcess process = ChildProcess.start(jazzer)) {
            int status = process.process().waitFor();
            // A hang ends the process in the midst of its work.
            TestBuffers.remove(TestBuffers.leftOf(BufferTarget.name(process.pid())));
            return status;
        }
    }

    private static long last(Pattern pattern, int group, String text) {
        long value = 0;
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            value = Long.parseLong(matcher.group(group));
        }
        return value;
    }
}

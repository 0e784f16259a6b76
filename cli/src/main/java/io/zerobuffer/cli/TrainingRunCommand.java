package io.zerobuffer.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * What the launcher lets a JVM do once, to record the classes that later runs find ready: help, frames from a writer to
 * a reader, and requests.
 */
@Command(name = "training-run", hidden = true)
final class TrainingRunCommand implements Callable<Integer> {
    private static final String FRAMES = "200";

    @Override
    public Integer call() throws InterruptedException {
        Main.main(new String[] {"--version"});
        run("--help");
        String name = "zerobuffer-training-" + ProcessHandle.current().pid();
        Thread reader = Thread.ofPlatform()
                .start(() -> run(
                        "read",
                        name,
                        "-n",
                        FRAMES,
                        "--payload-size",
                        "64KB",
                        "--verify",
                        "sequential",
                        "--checksum",
                        "--json-output"));
        run("write", name, "-n", FRAMES, "--wait-ms", "2000");
        reader.join();
        Thread server = Thread.ofPlatform()
                .start(() -> run(
                        "serve", name, "-n", FRAMES, "--handler", "xor", "--payload-size", "64KB", "--json-output"));
        run("call", name, "-n", FRAMES, "--payload-size", "64KB", "--check", "xor", "--wait-ms", "2000");
        server.join();
        return ExitStatus.DONE;
    }

    private static void run(String... arguments) {
        Main.commandLine(arguments).execute(arguments);
    }
}

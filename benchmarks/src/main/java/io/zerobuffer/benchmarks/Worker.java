package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.ChannelSettings;
import io.zerobuffer.benchmarks.transport.ManyChannels;
import io.zerobuffer.benchmarks.transport.Receiver;
import io.zerobuffer.benchmarks.transport.Sender;
import io.zerobuffer.benchmarks.transport.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One of a peer's two processes. It is told what to do line by line on standard input:
 *
 * <pre>
 * open CHANNEL JOB    →  ready ADDRESS, or ready - when nothing comes back to this side
 * run ADDRESS         →  result FIGURES, or error TEXT
 * close               →  closed
 * </pre>
 */
public final class Worker {
    private final Peer peer;
    private final boolean far;
    private final Path directory;
    private Job job;
    private Transport transport;
    private Receiver receiver;
    private Sender sender;

    private Worker(Peer peer, boolean far, Path directory) {
        this.peer = peer;
        this.far = far;
        this.directory = directory;
    }

    /**
     * @param arguments the peer, {@code near} or {@code far}, and a directory in memory
     */
    public static void main(String[] arguments) throws InterruptedException {
        Worker worker = new Worker(Peer.of(arguments[0]), arguments[1].equals("far"), Path.of(arguments[2]));
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().name("requests").start(() -> queueRequests(requests));
        while (true) {
            String answer = worker.answer(requests.take());
            System.out.println(answer);
            System.out.flush();
        }
    }

    /** Without a driver there is nobody left to work for, whatever this process is doing. */
    private static void queueRequests(BlockingQueue<String> requests) {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                requests.add(line);
            }
        } catch (IOException e) {
            System.err.println(e);
        }
        System.exit(0);
    }

    private String answer(String request) {
        try {
            String[] words = request.split(" ", 3);
            return switch (words[0]) {
                case "open" -> "ready " + open(words[1], Job.parse(words[2]));
                case "run" -> "result " + run(words[1]).toWords();
                case "close" -> close();
                default -> throw new IllegalArgumentException("unknown request: " + request);
            };
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            return "error " + e.toString().replace('\n', ' ');
        }
    }

    private String open(String channel, Job newJob) {
        job = newJob;
        ChannelSettings settings = new ChannelSettings(
                directory, job.size(), job.ring(), job.kind().waiting(), job.held());
        Transport one = peer.open(settings, far);
        transport = job.channels() == 1 ? one : new ManyChannels(one, job.channels());
        if (far || job.kind().replies()) {
            receiver = transport.receiver(channel);
        }
        return receiver == null ? "-" : receiver.address();
    }

    private Outcome run(String address) {
        if (!address.equals("-")) {
            sender = transport.sender(address);
        }
        return far ? new FarSide(job, receiver, sender).run() : new NearSide(job, sender, receiver).run();
    }

    private String close() {
        if (sender != null) {
            sender.close();
        }
        if (receiver != null) {
            receiver.close();
        }
        transport.close();
        sender = null;
        receiver = null;
        transport = null;
        return "closed";
    }
}

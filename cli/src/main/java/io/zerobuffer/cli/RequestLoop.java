package io.zerobuffer.cli;

import io.zerobuffer.Claim;
import io.zerobuffer.Frame;
import io.zerobuffer.duplex.DuplexClient;
import io.zerobuffer.errors.ServerGoneException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests under way and times their answers. One thread sends and receives, so that no hand-over between threads
 * is measured.
 */
final class RequestLoop {
    /** The last stretch before a request is due is waited awake: a sleep ends some 50 us late. */
    private static final long AWAKE_NANOS = 200_000;

    private static final long POLL_NANOS = 50_000;

    private final DuplexClient client;
    private final FrameSource source;
    private final @Nullable AnswerCheck check;
    private final @Nullable RawOutput output;
    private final RunResult result;
    private final long timeoutNanos;
    private final double nanosPerRequest;
    private final long[] startNanos;
    private long beginNanos;
    /** When an answer came last, or the first request was sent that has none. */
    private long progressNanos;

    private long sent;
    private boolean isSourceEmpty;

    /**
     * @param check null for none
     * @param output where the answers go, or null
     * @param timeout how long to wait for an answer, and for space
     * @param rate requests a second, or 0 for as many as are answered
     */
    RequestLoop(
            DuplexClient client,
            FrameSource source,
            @Nullable AnswerCheck check,
            @Nullable RawOutput output,
            RunResult result,
            Duration timeout,
            int inFlight,
            double rate) {
        this.client = client;
        this.source = source;
        this.check = check;
        this.output = output;
        this.result = result;
        this.timeoutNanos = timeout.toNanos();
        this.startNanos = new long[inFlight];
        this.nanosPerRequest = rate == 0 ? 0 : 1e9 / rate;
    }

    /**
     * Until all are answered or the run is to stop.
     *
     * @param count requests, or 0 for as many as the source has
     * @return false if an answer did not come in time
     */
    boolean run(long count, StopRequest stop, LiveLine live) throws IOException {
        beginNanos = System.nanoTime();
        while (!stop.requested()) {
            boolean isMoreToSend = !isSourceEmpty && (count == 0 || sent < count);
            if (!isMoreToSend && underWay() == 0) {
                break;
            }
            long early =
                    isMoreToSend && underWay() < startNanos.length ? dueNanos() - System.nanoTime() : Long.MAX_VALUE;
            if (early <= 0) {
                send();
            } else if (underWay() == 0) {
                pause(early);
            } else if (!receive(early)) {
                return false;
            }
            live.update(result.frames(), result.bytes(), null);
        }
        return true;
    }

    private long underWay() {
        return sent - result.frames();
    }

    private long dueNanos() {
        return beginNanos + (long) (sent * nanosPerRequest);
    }

    private void send() throws IOException {
        try (Claim request = source.next(this::claim)) {
            if (request == null) {
                isSourceEmpty = true;
                return;
            }
            if (check != null) {
                check.expect(sent, request.segment());
            }
            long now = System.nanoTime();
            if (underWay() == 0) {
                progressNanos = now;
            }
            // A request that leaves late because others are slow has waited since it was due: else the worst times
            // would be the ones left out.
            startNanos[slot(sent)] = nanosPerRequest == 0 ? now : dueNanos();
            request.commit();
            sent++;
        } catch (ServerGoneException gone) {
            while (underWay() > 0 && receive(Long.MAX_VALUE)) {
                // What it answered before it went is there to be read.
            }
            throw gone;
        }
    }

    /** Space for a request; where both rings are full, only taking answers makes room. */
    private Claim claim(long size) throws IOException {
        long since = System.nanoTime();
        Claim claim = client.tryClaim(size);
        while (claim == null) {
            boolean isTimeLeft = underWay() > 0 ? receive(Long.MAX_VALUE) : System.nanoTime() - since < timeoutNanos;
            if (!isTimeLeft) {
                // Tells what is full.
                return client.claim(size);
            }
            if (underWay() == 0) {
                LockSupport.parkNanos(POLL_NANOS);
            }
            claim = client.tryClaim(size);
        }
        return claim;
    }

    private static void pause(long nanos) {
        if (nanos > AWAKE_NANOS) {
            LockSupport.parkNanos(nanos - AWAKE_NANOS);
        } else {
            Thread.onSpinWait();
        }
    }

    /** Waits at most until shortly before the next request is due; false if the time for an answer is over. */
    private boolean receive(long dueInNanos) throws IOException {
        long left = progressNanos + timeoutNanos - System.nanoTime();
        long wait = Math.max(0, Math.min(left, dueInNanos - AWAKE_NANOS));
        try (Frame answer = client.receive(Duration.ofNanos(wait))) {
            if (answer == null) {
                return wait < left;
            }
            long index = result.frames();
            progressNanos = System.nanoTime();
            result.latency(progressNanos - startNanos[slot(index)]);
            if (output != null) {
                output.write(answer.segment());
            }
            String problem = check == null ? null : check.problem(index, answer.segment());
            if (problem != null) {
                result.verificationError(problem);
            }
            result.countFrame(answer.size());
            return true;
        }
    }

    private int slot(long index) {
        return (int) (index % startNanos.length);
    }
}

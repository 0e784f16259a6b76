package io.zerobuffer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request a peer is working on, and what its answer must be. */
record Pending(Peer peer, String request, CompletableFuture<String> answer) {
    /** Far beyond what any request takes, so that only a hang runs into it. */
    private static final long WATCHDOG_SECONDS = 120;

    /** Demands success. The words after {@code ok} are returned. */
    List<String> ok() {
        List<String> words = words();
        if (!words.getFirst().equals("ok")) {
            fail(this + " was answered: " + String.join(" ", words));
        }
        return words.subList(1, words.size());
    }

    /** Demands success and these values. */
    void ok(String values) {
        assertEquals(values, String.join(" ", ok()), toString());
    }

    /** Demands a refusal with this error code. Its text is returned. */
    String refused(String code) {
        List<String> words = words();
        assertEquals(
                "error " + code,
                String.join(" ", words.subList(0, Math.min(2, words.size()))),
                () -> this + " was answered: " + String.join(" ", words));
        return String.join(" ", words.subList(2, words.size()));
    }

    boolean isDone() {
        return answer.isDone();
    }

    /** All words of the answer, whatever it is. */
    List<String> words() {
        try {
            return List.of(answer.get(WATCHDOG_SECONDS, TimeUnit.SECONDS).split(" "));
        } catch (TimeoutException e) {
            return fail(this + " is not answered after " + WATCHDOG_SECONDS + " s");
        } catch (ExecutionException e) {
            return fail(this + " is never answered", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(this + ": interrupted");
        }
    }

    @Override
    public String toString() {
        return "'" + request + "' to " + peer.kind() + " (" + peer.pid() + ")";
    }
}

package io.zerobuffer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChildProcessTest {
    private static final int SIGNALLED = 128;

    private static ChildProcess shell(String script) throws IOException {
        return ChildProcess.start(new ProcessBuilder("sh", "-c", script));
    }

    @Test
    void shouldAnswerLineByLineUntilItsInputEnds() throws Exception {
        try (ChildProcess child = shell("while read -r line; do echo \"<$line>\"; done; exit 3")) {
            child.send("one");
            assertEquals("<one>", child.readLine());
            child.send("two");
            assertEquals("<two>", child.readLine());
            child.endInput();
            assertNull(child.readLine());
            assertEquals(3, child.exitStatus());
        }
    }

    @Test
    void shouldTellEveryLineAndThenItsEnd() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ChildProcess child = shell("echo one; echo two")) {
            child.listen(heard::add, () -> heard.add("the end"));
            assertEquals(List.of("one", "two", "the end"), List.of(heard.take(), heard.take(), heard.take()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP,1", "INT,2", "TERM,15"})
    void shouldHeedASignalThatItsParentIgnores(String signalAndNumber) throws Exception {
        String[] signal = signalAndNumber.split(",");
        try (ChildProcess child = shell("echo ready; exec sleep 600")) {
            assertEquals("ready", child.readLine());
            child.signal(signal[0]);
            assertEquals(SIGNALLED + Integer.parseInt(signal[1]), child.exitStatus());
        }
    }

    @Test
    void shouldEndWithAllThatItHasStarted() throws Exception {
        long grandchild;
        try (ChildProcess child = shell("sleep 600 & echo $!; wait")) {
            grandchild = Long.parseLong(child.readLine());
            assertTrue(isAlive(grandchild));
        }
        Eventually.await("the end of what it started", () -> !isAlive(grandchild));
    }

    @Test
    void shouldEndInOrderAlthoughItIsStoppedAndTheTestInterrupted() throws Exception {
        ChildProcess child = shell("trap 'exit 5' TERM; echo ready; while :; do sleep 0.01; done");
        assertEquals("ready", child.readLine());
        child.signal("STOP");
        Thread.currentThread().interrupt();
        child.end();
        assertTrue(Thread.interrupted());
        assertFalse(child.isAlive());
        assertEquals(5, child.exitStatus());
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}

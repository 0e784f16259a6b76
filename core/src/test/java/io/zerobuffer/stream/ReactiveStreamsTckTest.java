package io.zerobuffer.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Frame;
import io.zerobuffer.Reader;
import io.zerobuffer.ReaderConfig;
import io.zerobuffer.Writer;
import io.zerobuffer.WriterConfig;
import io.zerobuffer.errors.PeerGoneException;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.ITestListener;
import org.testng.ITestResult;
import org.testng.TestNG;
import org.testng.annotations.AfterMethod;

/** The rules of Reactive Streams, as their authors test them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
final class ReactiveStreamsTckTest {
    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldKeepToTheRulesOfReactiveStreams() {
        Results results = new Results();
        TestNG tests = new TestNG(false);
        tests.setVerbose(0);
        tests.setTestClasses(new Class<?>[] {Verification.class});
        tests.addListener(results);
        tests.run();
        assertEquals(List.of(), results.failed);
        assertTrue(results.passed.size() >= 20, () -> "only these rules were tested: " + results.passed);
    }

    private static final class Results implements ITestListener {
        private final List<String> passed = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();

        @Override
        public void onTestSuccess(ITestResult result) {
            passed.add(result.getName());
        }

        @Override
        public void onTestFailure(ITestResult result) {
            failed.add(result.getName() + ": " + result.getThrowable());
        }
    }

    /** Public for TestNG. */
    public static final class Verification extends FlowPublisherVerification<Frame> {
        /** How long a signal may take to come, in milliseconds, and how long none comes when none may. */
        private static final long PATIENCE = 5000;

        private static final long SILENCE = 100;

        private static final long MOST_FRAMES = 1000;

        private final List<Reader> open = new ArrayList<>();

        public Verification() {
            super(new TestEnvironment(PATIENCE, SILENCE), PATIENCE);
        }

        @Override
        public Flow.Publisher<Frame> createFlowPublisher(long elements) {
            String name = TestBuffers.uniqueName();
            Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0));
            open.add(reader);
            Writer writer = Writer.connect(
                    name,
                    WriterConfig.builder().writeTimeout(Duration.ofMinutes(5)).build());
            Thread.ofPlatform().daemon().start(() -> write(writer, elements));
            return FramePublisher.of(reader);
        }

        private static void write(Writer writer, long frames) {
            try (writer) {
                for (long i = 0; i < frames; i++) {
                    writer.write(new byte[Long.BYTES]);
                }
            } catch (PeerGoneException testEnded) {
                // It cancelled.
            }
        }

        /**
         * One that refuses: its first subscriber stays as long as the frames come, which is until the reader is closed.
         */
        @Override
        public Flow.Publisher<Frame> createFailedFlowPublisher() {
            Flow.Publisher<Frame> publisher = createFlowPublisher(Long.MAX_VALUE);
            publisher.subscribe(new First());
            return publisher;
        }

        /** Takes every frame. */
        private static final class First implements Flow.Subscriber<Frame> {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Frame frame) {}

            @Override
            public void onError(Throwable readerClosed) {}

            @Override
            public void onComplete() {}
        }

        @Override
        public long maxElementsFromPublisher() {
            return MOST_FRAMES;
        }

        /** Waits for their publishers, too: what one reports of its closed reader would count against the next rule. */
        @AfterMethod
        public void closeAll() throws Exception {
            for (Reader opened : open) {
                opened.close();
                for (Thread thread : Thread.getAllStackTraces().keySet()) {
                    if (thread.getName().equals("zerobuffer-publisher-" + opened.name())) {
                        thread.join();
                    }
                }
            }
            open.clear();
        }
    }
}

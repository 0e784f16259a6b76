package io.zerobuffer.benchmarks;

import io.zerobuffer.benchmarks.transport.Content;
import io.zerobuffer.benchmarks.transport.Payload;
import io.zerobuffer.benchmarks.transport.Receiver;
import io.zerobuffer.benchmarks.transport.Sender;
import io.zerobuffer.benchmarks.transport.Sink;
import org.HdrHistogram.Histogram;

/** The side that receives, and sends back where replies are wanted, until the last frame. */
final class FarSide implements Sink {
    private final Job job;
    private final Receiver receiver;
    private final Sender sender;
    private final FrameCheck check;
    private final Histogram delays = new Histogram(NearSide.LONGEST, NearSide.DIGITS);
    private final Meter meter = new Meter();
    private long frames;
    private long framesBefore;
    private long changesBefore;
    private boolean ended;

    /**
     * @param sender for the replies, or null where there are none
     */
    FarSide(Job job, Receiver receiver, Sender sender) {
        this.job = job;
        this.receiver = receiver;
        this.sender = sender;
        boolean numbered = job.kind() != Kind.WAKE_UP;
        check = job.kind().replies() ? null : new FrameCheck(new Payload(job.size()), numbered, false);
    }

    Outcome run() {
        while (!ended) {
            receiver.receive(this);
        }
        Outcome outcome = new Outcome()
                .of(meter, frames - framesBefore - 1)
                .of(Outcome.ROUTE_CHANGES, routeChanges() - changesBefore);
        return delays.getTotalCount() > 0 ? outcome.of(delays) : outcome;
    }

    private long routeChanges() {
        return sender == null ? 0 : sender.routeChanges();
    }

    @Override
    public void accept(Content frame) {
        frames++;
        long stamp = frame.getLong(0);
        if (Stamp.isLast(stamp)) {
            meter.stop();
            ended = true;
        }
        if (sender != null) {
            sender.forward(frame);
        } else {
            check.accept(frame);
            if (job.kind() == Kind.WAKE_UP && !ended && !Stamp.isFirst(stamp)) {
                delays.recordValue(Math.clamp(System.nanoTime() - stamp, 0, NearSide.LONGEST));
            }
        }
        if (Stamp.isFirst(stamp)) {
            delays.reset();
            framesBefore = frames;
            changesBefore = routeChanges();
            meter.start();
        }
    }
}

package io.zerobuffer.interop;

import java.util.function.Predicate;

/** The pairs a scenario makes sense for. */
enum Only {
    PROCESSES(pair -> pair.reader().process() && pair.writer().process()),
    JAVA_READER(pair -> pair.reader().isJava()),
    JAVA_WRITER(pair -> pair.writer().isJava()),
    FAITHFUL_READER(pair -> pair.reader().isFaithful()),
    DEFECTIVE_READER(pair -> !pair.reader().isFaithful()),
    FAITHFUL_WRITER(pair -> pair.writer().isFaithful()),
    DEFECTIVE_WRITER(pair -> !pair.writer().isFaithful());

    private final Predicate<Pair> condition;

    Only(Predicate<Pair> condition) {
        this.condition = condition;
    }

    boolean includes(Pair pair) {
        return condition.test(pair);
    }
}

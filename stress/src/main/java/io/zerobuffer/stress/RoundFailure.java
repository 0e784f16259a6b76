package io.zerobuffer.stress;

/** Something was found that must not be; the round cannot go on. */
final class RoundFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    RoundFailure(String what) {
        super(what);
    }
}

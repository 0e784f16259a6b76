/**
 * ZeroBuffer: frames between processes on one machine, through a ring in shared memory.
 *
 * <p>Start at {@link io.zerobuffer.Reader} and {@link io.zerobuffer.Writer}. The library calls the C library through
 * {@code java.lang.foreign}: run with {@code --enable-native-access=io.zerobuffer} (or {@code ALL-UNNAMED} when it is
 * on the class path).
 */
module io.zerobuffer {
    requires static org.jspecify;

    exports io.zerobuffer;
    exports io.zerobuffer.duplex;
    exports io.zerobuffer.errors;
    exports io.zerobuffer.stream;
}

package io.zerobuffer;

/** What the library keeps to itself, but a measurement has to tell: in its package, because no program needs it. */
public final class CopyRoutes {
    private CopyRoutes() {}

    /**
     * How often a writer's large copies have changed between through the cache and past it, there and back counted as
     * two.
     */
    public static long changes(Writer writer) {
        return writer.copyRoute().changes();
    }
}

package io.zerobuffer.errors;

/** The buffer speaks another major version of the protocol. */
public final class IncompatibleVersionException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final int major;
    private final int minor;
    private final int patch;

    /**
     * @param bufferName the buffer concerned
     * @param major major version found
     * @param minor minor version found
     * @param patch patch version found
     */
    public IncompatibleVersionException(String bufferName, int major, int minor, int patch) {
        super(
                bufferName,
                "has protocol version " + major + "." + minor + "." + patch
                        + ", this library speaks 1.x; use the same major version on both sides");
        this.major = major;
        this.minor = minor;
        this.patch = patch;
    }

    /** Major version found. */
    public int major() {
        return major;
    }

    /** Minor version found. */
    public int minor() {
        return minor;
    }

    /** Patch version found. */
    public int patch() {
        return patch;
    }
}

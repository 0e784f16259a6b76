package io.zerobuffer.errors;

/** This library has no implementation for the operating system or processor it runs on. */
public final class UnsupportedPlatformException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String platform;

    /**
     * @param bufferName the buffer concerned
     * @param platform the platform found
     */
    public UnsupportedPlatformException(String bufferName, String platform) {
        super(bufferName, "unsupported platform " + platform + "; supported: Linux on x86-64 and aarch64");
        this.platform = platform;
    }

    /** The platform found. */
    public String platform() {
        return platform;
    }
}

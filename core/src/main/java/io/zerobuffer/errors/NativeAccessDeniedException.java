package io.zerobuffer.errors;

/** The JVM was not given consent to native access, without which there is no shared memory. */
public final class NativeAccessDeniedException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * @param bufferName the buffer concerned
     * @param option the option of the java command that gives consent
     */
    public NativeAccessDeniedException(String bufferName, String option) {
        super(
                bufferName,
                "native access is denied; start java with " + option
                        + ", or give an executable jar 'Enable-Native-Access: ALL-UNNAMED' in its manifest");
        this.option = option;
    }

    /** The option of the java command that gives consent. */
    public String option() {
        return option;
    }
}

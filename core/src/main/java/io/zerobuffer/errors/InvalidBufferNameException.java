package io.zerobuffer.errors;

/** The name cannot be used for a buffer. */
public final class InvalidBufferNameException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /**
     * @param bufferName the buffer concerned
     * @param rule the rule it breaks
     */
    public InvalidBufferNameException(String bufferName, String rule) {
        super(bufferName, "illegal name: " + rule);
        this.rule = rule;
    }

    /** The rule it breaks. */
    public String rule() {
        return rule;
    }
}

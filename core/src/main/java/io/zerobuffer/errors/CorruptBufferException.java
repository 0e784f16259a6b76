package io.zerobuffer.errors;

/** A field in shared memory has a value that cannot be right. Nothing was read or written because of it. */
public final class CorruptBufferException extends ZeroBufferException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final long value;
    private final String rule;

    /**
     * @param bufferName the buffer concerned
     * @param field name of the field, as in the protocol
     * @param value the value found
     * @param rule what the value should have satisfied
     */
    public CorruptBufferException(String bufferName, String field, long value, String rule) {
        super(
                bufferName,
                "corrupt: " + field + " = " + value + ", but " + rule
                        + "; close both sides and create the buffer anew");
        this.field = field;
        this.value = value;
        this.rule = rule;
    }

    /** Name of the field, as in the protocol. */
    public String field() {
        return field;
    }

    /** The value found. */
    public long value() {
        return value;
    }

    /** What the value should have satisfied. */
    public String rule() {
        return rule;
    }
}

package io.zerobuffer.interop;

import java.util.List;

/**
 * What a peer is made of.
 *
 * @param language "Java", "C" or "Python"
 * @param flavour whose behaviour it has, known defects included; "v1" is the protocol's
 * @param process false for a thread of the test's own process
 */
record PeerKind(String language, String flavour, boolean process) {
    static final PeerKind JAVA_THREAD = new PeerKind("Java", "v1", false);
    static final PeerKind JAVA = new PeerKind("Java", "v1", true);
    static final PeerKind C = new PeerKind("C", "v1", true);
    static final PeerKind PYTHON = new PeerKind("Python", "v1", true);

    /** The same language with the defects of a published implementation. */
    PeerKind as(String otherFlavour) {
        return new PeerKind(language, otherFlavour, process);
    }

    boolean isJava() {
        return language.equals("Java");
    }

    /** True for what behaves as the protocol says, false for what has the defects of a published implementation. */
    boolean isFaithful() {
        return flavour.equals("v1");
    }

    Peer start() {
        return process ? new ProcessPeer(this, command()) : new ThreadPeer();
    }

    private List<String> command() {
        return switch (language) {
            case "Java" -> Programs.javaPeer();
            case "C" -> List.of(Programs.cPeer().toString(), "--as", flavour);
            case "Python" -> List.of("python3", Programs.pythonPeer().toString(), "--as", flavour);
            default -> throw new IllegalArgumentException(language);
        };
    }

    @Override
    public String toString() {
        return language + (process ? "" : " thread") + (isFaithful() ? "" : " as " + flavour);
    }
}

package io.zerobuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zerobuffer.errors.NoPermissionException;
import io.zerobuffer.testkit.ChildProcess;
import io.zerobuffer.testkit.TestBuffers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What users of one machine can do to each other: these tests run as root, and another user beside. */
final class UsersTest {
    private static final List<String> OTHER = Elsewhere.asOtherUser();
    private static final WriterConfig TRUSTING =
            WriterConfig.builder().trusting(Permissions.EVERYONE).build();

    private final String name = TestBuffers.uniqueName();

    @BeforeEach
    void rootIsNeeded() throws IOException, InterruptedException {
        assumeTrue(Elsewhere.canRun(OTHER), "needs root, and classes that another user can read");
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        TestBuffers.remove(TestBuffers.leftOf(name));
        TestBuffers.assertNothingLeft();
    }

    @Test
    void shouldNotWriteIntoTheBufferOfAnotherUserUnasked() throws IOException {
        try (ChildProcess reader =
                Elsewhere.start(OTHER, Elsewhere.GRANTED, "create", name, "EVERYONE", "read", "close")) {
            assertEquals("ok", reader.readLine());
            NoPermissionException refused = assertThrows(NoPermissionException.class, () -> Writer.connect(name));
            assertEquals(TestBuffers.segmentFile(name).toString(), refused.object());
            assertTrue(refused.getMessage().contains("belongs to uid " + Elsewhere.OTHER_USER), refused.getMessage());
            assertTrue(refused.getMessage().contains("WriterConfig.trusting"), refused.getMessage());
            try (Writer writer = Writer.connect(name, TRUSTING)) {
                writer.write(new byte[] {1});
                assertEquals("ok", reader.readLine());
            }
            assertEquals("ok", reader.readLine());
        }
    }

    /** Root is in group 0 only: that of the buffer is another. */
    @Test
    void shouldTrustAGroupOnlyIfItIsInIt() throws IOException {
        WriterConfig trustingGroup =
                WriterConfig.builder().trusting(Permissions.GROUP).build();
        List<String> ofGroupZero =
                List.of("setpriv", "--reuid=" + Elsewhere.OTHER_USER, "--regid=0", "--clear-groups", "--");
        try (ChildProcess stranger =
                Elsewhere.start(OTHER, Elsewhere.GRANTED, "create", name, "GROUP", "stay", "close")) {
            assertEquals("ok", stranger.readLine());
            assertThrows(NoPermissionException.class, () -> Writer.connect(name, trustingGroup));
        }
        TestBuffers.remove(TestBuffers.leftOf(name));
        try (ChildProcess colleague =
                Elsewhere.start(ofGroupZero, Elsewhere.GRANTED, "create", name, "GROUP", "read", "close")) {
            assertEquals("ok", colleague.readLine());
            try (Writer writer = Writer.connect(name, trustingGroup)) {
                writer.write(new byte[] {1});
                assertEquals("ok", colleague.readLine());
            }
            assertEquals("ok", colleague.readLine());
        }
    }

    /** A semaphore of another user's keeps the reader from waking up, or a writer from waiting. */
    @Test
    void shouldAskWhoseTheSemaphoresAre() throws IOException {
        try (Reader reader = Reader.create(name, ReaderConfig.ofPayload(4096).withMetadataSize(0))) {
            for (Path semaphore : List.of(TestBuffers.writeSemaphoreFile(name), TestBuffers.readSemaphoreFile(name))) {
                Files.setAttribute(semaphore, "unix:uid", Elsewhere.OTHER_USER);
                NoPermissionException refused =
                        assertThrows(NoPermissionException.class, () -> Writer.connect(reader.name()));
                assertEquals(semaphore.toString(), refused.object());
                Files.setAttribute(semaphore, "unix:uid", 0);
            }
            Writer.connect(name).close();
        }
    }

    @Test
    void shouldWriteIntoBuffersOfRoot() throws IOException, InterruptedException {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .permissions(Permissions.EVERYONE)
                .build();
        try (Reader reader = Reader.create(name, config)) {
            assertEquals(
                    List.of("ok", "ok", "ok"),
                    Elsewhere.run(OTHER, Elsewhere.GRANTED, "connect", name, "OWNER", "write", "close"));
            assertEquals(1, reader.read().size());
        }
    }

    /** The other user's files stay where they are, whoever may open them. */
    @Tag("long")
    @Test
    void shouldSayWhoseTheLeftoversAre() throws IOException, InterruptedException {
        List<String> anyone = List.of("setpriv", "--reuid=65533", "--regid=65533", "--clear-groups", "--");
        for (String permissions : List.of("OWNER", "EVERYONE")) {
            assertEquals(List.of("ok"), Elsewhere.run(OTHER, Elsewhere.GRANTED, "create", name, permissions));
            String refused = Elsewhere.run(anyone, Elsewhere.GRANTED, "create", name, "OWNER")
                    .getFirst();
            assertTrue(refused.startsWith("NoPermissionException: "), refused);
            assertTrue(refused.contains("belongs to uid " + Elsewhere.OTHER_USER), refused);
            assertTrue(refused.contains("root remove the files of this name"), refused);
            for (Path file : TestBuffers.filesOf(name)) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void shouldTellALivingReaderOfAnotherUserFromItsLeftovers() throws IOException, InterruptedException {
        List<String> anyone = List.of("setpriv", "--reuid=65533", "--regid=65533", "--clear-groups", "--");
        // The kernel lists locks by the device of the file system, which some file systems do not tell elsewhere.
        List<String> ownTmp = Elsewhere.mounts("mount -t tmpfs -o mode=1777 none /tmp; sleep 0");
        assumeTrue(Elsewhere.canRun(ownTmp), "mounts of one's own need root");
        try (ChildProcess reader =
                Elsewhere.start(Elsewhere.both(ownTmp, OTHER), Elsewhere.GRANTED, "create", name, "OWNER", "stay")) {
            assertEquals("ok", reader.readLine());
            List<String> beside = Elsewhere.both(
                    List.of("nsenter", "--mount", "--target", Long.toString(reader.pid()), "--"), anyone);
            String refused = Elsewhere.run(beside, Elsewhere.GRANTED, "create", name, "OWNER")
                    .getFirst();
            assertTrue(refused.startsWith("ReaderAlreadyConnectedException: "), refused);
        }
    }

    @Test
    void shouldNameTheGroupOfABufferThatIsForAGroup() throws IOException, InterruptedException {
        ReaderConfig config = ReaderConfig.builder()
                .payloadSize(4096)
                .permissions(Permissions.GROUP)
                .build();
        try (Reader reader = Reader.create(name, config)) {
            String refused = Elsewhere.run(OTHER, Elsewhere.GRANTED, "connect", reader.name(), "OWNER")
                    .getFirst();
            assertTrue(refused.startsWith("NoPermissionException: "), refused);
            assertTrue(refused.contains("uid 0, gid 0 and has mode 0660"), refused);
            assertTrue(refused.contains("primary group"), refused);
        }
    }
}

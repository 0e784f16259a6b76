package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.testkit.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script at the root of the project, with Java runtimes and a Maven that only say how they were called. */
final class LauncherTest {
    private static final Path LAUNCHER =
            Path.of("..", "zerobuffer").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private Path project;
    private Path jar;

    @BeforeEach
    void copyLauncherIntoAProjectWithABuiltJar() throws IOException {
        project = directory.resolve("a project");
        jar = project.resolve("cli/target/zerobuffer-cli.jar");
        for (String folder : List.of("core/src/main", "cli/src/main", "cli/target")) {
            Files.createDirectories(project.resolve(folder));
        }
        Files.copy(LAUNCHER, project.resolve("zerobuffer"));
        executable(project.resolve("zerobuffer"));
        for (String file : List.of("pom.xml", "core/pom.xml", "cli/pom.xml", "core/src/main/A.java")) {
            age(Files.createFile(project.resolve(file)), 60);
        }
        for (String folder : List.of("core/src/main", "cli/src/main")) {
            age(project.resolve(folder), 60);
        }
        age(Files.createFile(jar), 30);
    }

    @Test
    void shouldTakeTheNewestRuntimeOfAtLeast22() throws Exception {
        Run run = launch(
                Map.of(
                        "JAVA_HOME", runtime("17.0.15"),
                        "JAVA24_HOME", runtime("24.0.2"),
                        "JAVA9999A_HOME", runtime("9999.0.1"),
                        "JAVA9999B_HOME", runtime("9999.0.10"),
                        "JAVA21_HOME", runtime("21.0.8")),
                project.resolve("zerobuffer"),
                "--version");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().startsWith("java 9999.0.10 "), run.out());
    }

    @Test
    void shouldPreferJavaHomeWhenItIsNewEnough() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("22.0.1"), "JAVA9999_HOME", runtime("9999")),
                project.resolve("zerobuffer"));
        assertTrue(run.out().startsWith("java 22.0.1 "), run.out());
    }

    @Test
    void shouldUnderstandVersionsWithoutPatchAndOfEarlyBuilds() throws Exception {
        assertTrue(launch(Map.of("JAVA_HOME", runtime("9999")), project.resolve("zerobuffer"))
                .out()
                .startsWith("java 9999 "));
        assertTrue(launch(Map.of("JAVA_HOME", runtime("9998-ea")), project.resolve("zerobuffer"))
                .out()
                .startsWith("java 9998-ea "));
    }

    @Test
    void shouldPassArgumentsOnAsTheyAreAndEndWithTheProgramsStatus() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("9999"), "FAKE_STATUS", "4"),
                project.resolve("zerobuffer"),
                "write",
                "a name",
                "",
                "*",
                "$HOME");
        assertTrue(run.out().contains("<-jar><" + jar + "><write><a name><><*><$HOME>"), run.out());
        assertEquals(4, run.status());
    }

    @Test
    void shouldFindItsProjectThroughLinks() throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectory(directory.resolve("bin")).resolve("zb"), Path.of("..", "other link"));
        Files.createSymbolicLink(directory.resolve("other link"), project.resolve("zerobuffer"));
        Run run = launch(Map.of("JAVA_HOME", runtime("9999")), link, "x");
        assertTrue(run.out().contains("<-jar><" + jar.toRealPath() + "><x>"), run.out() + run.err());
    }

    @Test
    void shouldMakeAClassCacheOnceForEachJarAndRuntime() throws Exception {
        Map<String, String> first = Map.of("JAVA_HOME", runtime("9999.0.1"));
        Map<String, String> second = Map.of("JAVA_HOME", runtime("9999.0.2"));
        launch(first, project.resolve("zerobuffer"));
        assertEquals(1, calls("training-run"));
        assertTrue(launch(first, project.resolve("zerobuffer"))
                .out()
                .contains("<-XX:AOTCache=" + project.resolve("cli/target/zerobuffer.aot") + ">"));
        assertEquals(1, calls("training-run"));
        launch(second, project.resolve("zerobuffer"));
        assertEquals(2, calls("training-run"));
        age(jar, -60);
        launch(second, project.resolve("zerobuffer"));
        assertEquals(3, calls("training-run"));
    }

    /** As image tools do, so that builds are the same; Java would warn at every start. */
    @Test
    void shouldMakeAClassCacheAnewWhenTheTimeOfTheJarIsSetBack() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", runtime("9999"));
        launch(environment, project.resolve("zerobuffer"));
        for (String file : List.of(
                "pom.xml", "core/pom.xml", "cli/pom.xml", "core/src/main/A.java", "core/src/main", "cli/src/main")) {
            age(project.resolve(file), 100_000);
        }
        age(jar, 90_000);
        launch(environment, project.resolve("zerobuffer"));
        assertEquals(2, calls("training-run"));
        launch(environment, project.resolve("zerobuffer"));
        assertEquals(2, calls("training-run"));
    }

    @Test
    void shouldKeepWhatJavaPrintsOffStandardOutput() throws Exception {
        Run run = launch(Map.of("JAVA_HOME", runtime("9999")), project.resolve("zerobuffer"), "x");
        assertTrue(run.out().startsWith("java 9999 ") && run.out().lines().count() == 1, run.out());
        assertEquals("a JVM is talking\n", run.err());
    }

    @Test
    void shouldPassTheWordsOfJavaOptsAsTheyAre() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("9999"), "JAVA_OPTS", "-Done=* -Dtwo=2"),
                project.resolve("zerobuffer"),
                "x");
        assertTrue(run.out().contains("<-Done=*><-Dtwo=2><-Dzerobuffer.output=9><-jar>"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS", "_JAVA_OPTIONS"})
    void shouldLeaveItsOwnOptionsOutWhereThoseOfTheUserDoNotGoWithThem(String variable) throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("9999"), variable, "-Xany", "FAKE_DISLIKES", "-XX:+UseSerialGC"),
                project.resolve("zerobuffer"));
        assertEquals(0, run.status(), run.err());
        assertFalse(run.out().contains("UseSerialGC") || run.out().contains("AOTCache"), run.out());
    }

    @Test
    void shouldDoWithoutTheClassCacheWhereTheOptionsOfTheUserDoNotGoWithIt() throws Exception {
        Run run = launch(
                Map.of(
                        "JAVA_HOME",
                        runtime("9999"),
                        "JAVA_TOOL_OPTIONS",
                        "-Xshare:off",
                        "FAKE_DISLIKES",
                        "-XX:AOTCache"),
                project.resolve("zerobuffer"));
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("UseSerialGC") && !run.out().contains("AOTCache"), run.out());
    }

    @Test
    void shouldSayInOneLineWhyJavaDoesNotStartWithTheOptionsOfTheUser() throws Exception {
        Run run = launch(
                Map.of(
                        "JAVA_HOME",
                        runtime("9999"),
                        "JDK_JAVA_OPTIONS",
                        "-Xodd",
                        "JAVA_OPTS",
                        "-Xodder",
                        "FAKE_DISLIKES",
                        "-Xodder"),
                project.resolve("zerobuffer"));
        assertEquals(127, run.status());
        assertEquals("", run.out());
        assertEquals(
                "zerobuffer: Java 9999 does not start with the options in JDK_JAVA_OPTIONS, JAVA_OPTS: "
                        + "dislikes -Xodder\n",
                run.err());
    }

    @Test
    void shouldNameAnAgentThatIsNotThere() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("9999"), "JAVA_TOOL_OPTIONS", "-javaagent:/nonexistent/agent.jar=a=b"),
                project.resolve("zerobuffer"));
        assertEquals(127, run.status());
        assertEquals(
                "zerobuffer: cannot read the agent /nonexistent/agent.jar that JAVA_TOOL_OPTIONS asks for\n",
                run.err());
    }

    /** An agent may tell somebody of the program, or stop it until a debugger comes. */
    @Test
    void shouldStartAgentsWithTheProgramAlone() throws Exception {
        launch(
                Map.of("JAVA_HOME", runtime("9999"), "JAVA_OPTS", "-Xa -agentlib:jdwp=suspend=y"),
                project.resolve("zerobuffer"));
        assertEquals(1, calls("-agentlib:jdwp=suspend=y"));
        assertEquals(1, calls("-version"));
    }

    /** Which words are quoted is Java's to tell. */
    @Test
    void shouldTryNothingWhereAnAgentMayBeQuoted() throws Exception {
        Run run = launch(
                Map.of("JAVA_HOME", runtime("9999"), "JAVA_TOOL_OPTIONS", "-javaagent:'/an agent.jar'"),
                project.resolve("zerobuffer"));
        assertEquals(0, run.status(), run.err());
        assertEquals(0, calls("-version"));
        assertFalse(run.out().contains("UseSerialGC") || run.out().contains("AOTCache"), run.out());
    }

    @Test
    void shouldStartWithClosedOutputs() throws Exception {
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                runtime("9999"),
                "LAUNCHER",
                project.resolve("zerobuffer").toString());
        Path script = directory.resolve("closed");
        script(script, "\"$LAUNCHER\" x >&- && \"$LAUNCHER\" x 2>&- && \"$LAUNCHER\" x >&- 2>&-\n");
        Run run = launch(environment, script);
        assertEquals(0, run.status(), run.err());
        assertEquals(1, run.out().lines().count(), run.out());
    }

    @Test
    void shouldUseAnArchiveOfClassesWhereThereIsNoAotCache() throws Exception {
        Run run = launch(Map.of("JAVA_HOME", runtime("24.0.1")), project.resolve("zerobuffer"));
        assertTrue(
                run.out().contains("<-XX:SharedArchiveFile=" + project.resolve("cli/target/zerobuffer.jsa") + ">"),
                run.out());
    }

    @Test
    void shouldStartWithoutACacheThatCannotBeMadeAndNotTryAgain() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", runtime("9999"), "FAKE_NO_CACHE", "1");
        for (int i = 0; i < 2; i++) {
            Run run = launch(environment, project.resolve("zerobuffer"), "x");
            assertEquals(0, run.status());
            assertFalse(run.out().contains("AOTCache"), run.out());
        }
        assertEquals(1, calls("training-run"));
    }

    @Test
    void shouldBuildWhenASourceIsNewerThanTheJarAndKeepThatOffStandardOutput() throws Exception {
        age(jar, 90);
        Map<String, String> environment =
                Map.of("JAVA_HOME", runtime("9999"), "PATH", maven() + ":" + System.getenv("PATH"));
        Run run = launch(environment, project.resolve("zerobuffer"), "x");
        assertEquals(0, run.status(), run.err());
        assertEquals(1, calls("package"));
        assertTrue(run.out().startsWith("java 9999 ") && run.out().lines().count() == 1, run.out());
        assertTrue(run.err().contains("building"), run.err());
        launch(environment, project.resolve("zerobuffer"), "x");
        assertEquals(1, calls("package"));
    }

    @Test
    void shouldBuildOnceWhenStartedTwiceAtATime() throws Exception {
        Files.delete(jar);
        Map<String, String> environment =
                Map.of("JAVA_HOME", runtime("9999"), "PATH", maven() + ":" + System.getenv("PATH"));
        List<ChildProcess> starts = List.of(
                start(environment, project.resolve("zerobuffer")), start(environment, project.resolve("zerobuffer")));
        for (ChildProcess process : starts) {
            assertEquals(0, finish(process).status());
        }
        assertEquals(1, calls("package"));
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        Files.delete(jar);
        Run run = launch(Map.of("JAVA_HOME", runtime("9999"), "PATH", withoutMaven()), project.resolve("zerobuffer"));
        assertEquals(127, run.status());
        assertTrue(run.err().contains("needs Maven"), run.err());
        assertEquals("", run.out());
    }

    private static void age(Path file, long seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    private record Run(int status, String out, String err) {}

    private Run launch(Map<String, String> environment, Path launcher, String... arguments) throws Exception {
        return finish(start(environment, launcher, arguments));
    }

    private ChildProcess start(Map<String, String> environment, Path launcher, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(key -> key.matches("JAVA.*_HOME|.*JAVA.*_OPTIONS|JAVA_OPTS|LC_.*"));
        builder.environment().put("LANG", "C");
        builder.environment().put("FAKE_CALLS", directory.resolve("calls").toString());
        builder.environment().putAll(environment);
        return ChildProcess.start(builder);
    }

    private static Run finish(ChildProcess process) throws Exception {
        try (process) {
            process.endInput();
            String out = text(process.process().getInputStream());
            String err = text(process.process().getErrorStream());
            return new Run(process.exitStatus(), out, err);
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private long calls(String word) throws IOException {
        return Files.readAllLines(directory.resolve("calls")).stream()
                .filter(line -> line.contains("<" + word + ">"))
                .count();
    }

    /** A runtime that writes down its arguments, makes the cache it is asked for, and prints the arguments. */
    private String runtime(String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve("java " + version + "/bin"))
                .getParent();
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"any\"\n");
        script(home.resolve("bin/java"), """
            said=$(
                printf 'java %s '
                printf '<%%s>' "$@"
            )
            echo "$said" >>"$FAKE_CALLS"
            case "$*" in
                *" -version" | -version)
                    case "$*" in
                        *"${FAKE_DISLIKES:-nothing}"*)
                            echo 'Error occurred during initialization of VM'
                            echo "dislikes $FAKE_DISLIKES"
                            exit 1
                            ;;
                    esac
                    exit 0
                    ;;
                *-Dzerobuffer.output=9*)
                    echo 'a JVM is talking'
                    echo "$said" >&9
                    ;;
            esac
            for argument; do
                case $argument in
                    -XX:AOTCacheOutput=* | -XX:ArchiveClassesAtExit=*)
                        [ -n "${FAKE_NO_CACHE:-}" ] || echo cache >"${argument#*=}" ;;
                esac
            done
            exit "${FAKE_STATUS:-0}"
            """.formatted(version));
        return home.toString();
    }

    /** A Maven that takes its time and makes the jar. */
    private Path maven() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("maven"));
        script(bin.resolve("mvn"), """
            printf '<%%s>' mvn "$@" >>"$FAKE_CALLS"
            echo >>"$FAKE_CALLS"
            echo 'Maven is talking'
            sleep 0.5
            mkdir -p '%s'
            echo jar >'%s'
            """.formatted(jar.getParent(), jar));
        return bin;
    }

    /** The few tools the launcher needs, and no more. */
    private String withoutMaven() throws IOException {
        Path bin = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of("sh", "env", "sed", "find", "readlink", "flock", "rm", "mv", "touch")) {
            for (String place : List.of("/bin", "/usr/bin")) {
                if (Files.exists(Path.of(place, tool)) && !Files.exists(bin.resolve(tool))) {
                    script(bin.resolve(tool), "exec " + place + "/" + tool + " \"$@\"\n");
                }
            }
        }
        return bin.toString();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

package io.zerobuffer.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zerobuffer.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rooms of the library and the arrows between them, as its class files show them. */
final class HouseTest {
    private static final String ROOT = "io.zerobuffer";
    private static final String INTERNAL = ROOT + ".internal.";

    /** FreqInlineSize: a method of more bytecodes HotSpot inlines nowhere. */
    private static final int LARGEST_INLINED = 325;

    /** Which rooms a room may use; what is missing here may use none. The API's rooms begin with a dot. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("address", Set.of()),
            Map.entry("wire", Set.of(".errors")),
            Map.entry("ring", Set.of("address", "wire", ".errors")),
            Map.entry("os", Set.of()),
            Map.entry("os.posix", Set.of("os")),
            Map.entry("os.linux", Set.of("address", "os", "os.posix")),
            Map.entry("wait", Set.of(".errors")),
            Map.entry("memory", Set.of("os")),
            Map.entry("peer", Set.of("wire", "ring", "os", "os.linux", "wait", "memory", ".errors")),
            Map.entry("friends", Set.of("memory", "")),
            Map.entry("", Set.of("wire", "ring", "os", "wait", "memory", "peer", "friends", ".errors")),
            Map.entry(".errors", Set.of()),
            Map.entry(".stream", Set.of("friends", "", ".errors")),
            Map.entry(".duplex", Set.of("friends", "memory", "", ".errors")));

    private static final List<ClassFile> CLASSES = readClasses();

    @Test
    void shouldShowNoInternalTypeToItsUsers() {
        for (ClassFile file : CLASSES) {
            if (file.isPublic() && !isInternal(file.name())) {
                assertEquals(
                        List.of(),
                        file.shown().stream().filter(HouseTest::isInternal).toList(),
                        file.name());
            }
        }
    }

    @Test
    void shouldHaveNoArrowBetweenItsRoomsButTheseFew() {
        Set<String> unexpected = new TreeSet<>();
        for (ClassFile file : CLASSES) {
            String room = room(file.packageName());
            Set<String> mayUse = MAY_USE.getOrDefault(room, Set.of());
            for (String other : file.referred()) {
                if (other.startsWith(ROOT) && !mayUse.contains(roomOf(other)) && !room.equals(roomOf(other))) {
                    unexpected.add(file.name() + " -> " + other);
                }
            }
        }
        assertEquals(Set.of(), unexpected);
    }

    @Test
    void shouldUseEachArrowThatIsAllowed() {
        for (Map.Entry<String, Set<String>> room : MAY_USE.entrySet()) {
            Set<String> used = new TreeSet<>();
            for (ClassFile file : CLASSES) {
                if (room(file.packageName()).equals(room.getKey())) {
                    file.referred().stream()
                            .filter(other -> other.startsWith(ROOT))
                            .map(HouseTest::roomOf)
                            .forEach(used::add);
                }
            }
            used.remove(room.getKey());
            assertEquals(new TreeSet<>(room.getValue()), used, "what " + room.getKey() + " uses");
        }
    }

    @Test
    void shouldReachTheSystemFromItsRoomAlone() {
        Set<String> strangers = new TreeSet<>();
        for (ClassFile file : CLASSES) {
            boolean callsNative = file.referred().contains("java.lang.foreign.Linker");
            if (callsNative && !file.packageName().startsWith(INTERNAL + "os.")) {
                strangers.add(file.name());
            }
        }
        assertEquals(Set.of(), strangers);
    }

    @Test
    void shouldChooseTheSystemInOnePlace() {
        Set<String> choosers = new TreeSet<>();
        for (ClassFile file : CLASSES) {
            boolean namesSystem = file.referred().stream().anyMatch(other -> other.startsWith(INTERNAL + "os.linux."));
            if (namesSystem && !file.packageName().startsWith(INTERNAL + "os.")) {
                choosers.add(file.name());
            }
        }
        assertEquals(Set.of(INTERNAL + "peer.Platform"), choosers);
    }

    /** See docs/decisions/0003: so what calls them stays small enough to be inlined where frames are used. */
    @ParameterizedTest
    @CsvSource({"ring.RingReader, take", "ring.RingWriter, publish"})
    void shouldKeepTheHotMethodsTooLargeToBeInlined(String owner, String method) {
        ClassFile file = CLASSES.stream()
                .filter(each -> each.name().equals(INTERNAL + owner))
                .findFirst()
                .orElseThrow();
        int largest = file.methods().stream()
                .filter(each -> each.name().equals(method))
                .mapToInt(ClassFile.Method::bytecodes)
                .max()
                .orElseThrow();
        assertTrue(largest > LARGEST_INLINED, owner + "." + method + " has " + largest + " bytes of bytecodes");
    }

    @Test
    void shouldBeReadWhole() {
        assertFalse(CLASSES.isEmpty());
        Set<String> rooms = new TreeSet<>();
        CLASSES.forEach(file -> rooms.add(room(file.packageName())));
        assertEquals(new TreeSet<>(MAY_USE.keySet()), rooms);
    }

    private static boolean isInternal(String name) {
        return name.startsWith(INTERNAL);
    }

    private static String roomOf(String className) {
        return room(className.substring(0, className.lastIndexOf('.')));
    }

    private static String room(String packageName) {
        return packageName.startsWith(INTERNAL)
                ? packageName.substring(INTERNAL.length())
                : packageName.substring(ROOT.length());
    }

    private static List<ClassFile> readClasses() {
        try (Stream<Path> files = Files.walk(Path.of(
                Reader.class.getProtectionDomain().getCodeSource().getLocation().toURI()))) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.getFileName().toString().endsWith("-info.class"))
                    .map(ClassFile::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

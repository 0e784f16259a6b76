package io.zerobuffer.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of constants in docs/performance.md names those that there are. */
final class ConstantsTest {
    private static final Path PAGE = Path.of("../docs/performance.md");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String HEADING = "## Constants, and whose property they are";
    private static final Pattern NAME = Pattern.compile("`(?:(\\w+)\\.)?([A-Z]+(?:_[A-Z]+)*)`");

    @Test
    void shouldNameConstantsThatThereAre() throws IOException {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (String row : rows()) {
            Matcher names = NAME.matcher(row.split("\\|")[1]);
            String type = "";
            while (names.find()) {
                type = names.group(1) != null ? names.group(1) : type;
                if (isConstant(type, names.group(2))) {
                    found++;
                } else {
                    missing.add(type + "." + names.group(2));
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 30, found + " constants in the table");
    }

    private static List<String> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals(HEADING))
                .skip(1)
                .takeWhile(line -> !line.startsWith("#"))
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    private static boolean isConstant(String type, String name) throws IOException {
        Pattern declaration = Pattern.compile(" static final \\w+ " + name + " = ");
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(one -> one.endsWith(type + ".java")).toList()) {
                if (declaration.matcher(Files.readString(file)).find()) {
                    return true;
                }
            }
        }
        return false;
    }
}

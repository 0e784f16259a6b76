package io.zerobuffer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every line of the project can be read beside another one, and in a review, without scrolling. */
final class LineLengthTest {
    private static final int LONGEST = 120;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Besides files without any extension, which are scripts and Makefiles. */
    private static final Set<String> EXTENSIONS = Set.of("java", "md", "xml", "c", "py", "pml", "svg");

    /** What is built, and the inputs that the fuzz targets keep. */
    private static final Set<String> LEFT_OUT = Set.of("target", "corpus");

    @Test
    void shouldHaveNoLineBeyond120ColumnsButTables() throws IOException {
        List<Path> files = files();
        assertTrue(files.contains(ROOT.resolve("pom.xml")) && files.contains(ROOT.resolve(".ci/run")), files::toString);
        List<String> tooLong = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            IntStream.range(0, lines.size())
                    .filter(i -> isTooLong(file, lines.get(i)))
                    .mapToObj(i -> ROOT.relativize(file) + ":" + (i + 1))
                    .forEach(tooLong::add);
        }
        assertEquals(List.of(), tooLong, "longer than " + LONGEST);
    }

    private static boolean isTooLong(Path file, String line) {
        boolean isTable = extension(file).equals("md") && line.stripLeading().startsWith("|");
        return !isTable && line.codePointCount(0, line.length()) > LONGEST;
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean isTools = name.startsWith(".") && !name.equals(".ci");
                return isTools || LEFT_OUT.contains(name) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String extension = extension(file);
                if (extension.isEmpty() || EXTENSIONS.contains(extension)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).equals(name) ? "" : name.substring(name.lastIndexOf('.') + 1);
    }
}

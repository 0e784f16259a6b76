package io.zerobuffer.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** On what a run was made. */
final class Machine {
    private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0");
    private static final Pattern PEER_JAR =
            Pattern.compile("(aeron-driver|agrona|chronicle-queue|jeromq|HdrHistogram|jmh-core)-([0-9][^/]*)\\.jar");

    private Machine() {}

    static Map<String, String> describe(Pinning pinning, DistanceLimit limit, String settings) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "date",
                ZonedDateTime.now(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString());
        facts.put(
                "processor",
                java.lang.Runtime.getRuntime().availableProcessors() + " × " + field("/proc/cpuinfo", "model name")
                        + caches()
                        + (field("/proc/cpuinfo", "flags").contains("hypervisor") ? ", virtual machine" : ""));
        facts.put("memory", field("/proc/meminfo", "MemTotal"));
        facts.put("governor", content(CPU.resolve("cpufreq/scaling_governor")));
        facts.put(
                "system",
                field("/etc/os-release", "PRETTY_NAME").replace("\"", "") + ", kernel "
                        + System.getProperty("os.version"));
        facts.put("huge pages of shared memory", content(Path.of("/sys/kernel/mm/transparent_hugepage/shmem_enabled")));
        facts.put("JDK", System.getProperty("java.vm.version") + ", " + System.getProperty("java.vendor.version"));
        facts.put("JVM options", String.join(" ", Jvm.OPTIONS));
        facts.put("libraries", String.join(", ", libraries()));
        facts.put("pinning", pinning.description());
        facts.put("limit of the distance", limit.toWords());
        facts.put("procedure", settings);
        facts.put("load before", loadAverage());
        return facts;
    }

    static String loadAverage() {
        return content(Path.of("/proc/loadavg"));
    }

    private static String caches() {
        StringBuilder caches = new StringBuilder();
        for (int i = 0; Files.exists(CPU.resolve("cache/index" + i)); i++) {
            Path cache = CPU.resolve("cache/index" + i);
            if (!content(cache.resolve("type")).equals("Instruction")) {
                caches.append(", L")
                        .append(content(cache.resolve("level")))
                        .append(' ')
                        .append(content(cache.resolve("size")));
            }
        }
        return caches.toString();
    }

    private static List<String> libraries() {
        List<String> libraries = new ArrayList<>();
        Matcher jars = PEER_JAR.matcher(System.getProperty("java.class.path"));
        while (jars.find()) {
            libraries.add(jars.group(1) + " " + jars.group(2));
        }
        return libraries;
    }

    /** What follows a name and a colon or an equals sign in a file. */
    private static String field(String file, String name) {
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                if (line.startsWith(name)) {
                    return line.substring(name.length())
                            .replaceFirst("^\\s*[:=]", "")
                            .strip();
                }
            }
        } catch (IOException e) {
            return "not told (" + e.getMessage() + ")";
        }
        return "not told";
    }

    private static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "not told by this system";
        }
    }
}

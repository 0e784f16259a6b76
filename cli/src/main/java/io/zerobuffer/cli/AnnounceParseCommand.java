package io.zerobuffer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds in a log what readers announce. */
@Command(
        name = "announce-parse",
        description =
                "Read a log on standard input and print each buffer that a reader announces in it ('read --announce');"
                        + " other lines are skipped.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "A line of text holds name, metadata size and payload size, with tabs between them.",
            "The exit status is 2 when nothing was announced."
        })
final class AnnounceParseCommand implements Callable<Integer> {
    @Option(
            names = {"-1", "--first"},
            description = "Stop at the first announcement, however long the log goes on.")
    private boolean first;

    @Option(names = "--json-output", description = "Print a line of JSON for each announcement.")
    private boolean json;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Override
    public Integer call() throws IOException {
        BufferedReader log = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int status = ExitStatus.FAILED;
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            Optional<StreamAnnouncement> announcement = StreamAnnouncement.parse(line);
            if (announcement.isPresent()) {
                StandardOutput.stream().println(json ? toJson(announcement.get()) : toText(announcement.get()));
                StandardOutput.stream().flush();
                status = ExitStatus.DONE;
                if (first) {
                    break;
                }
            }
        }
        return status;
    }

    private static String toText(StreamAnnouncement announcement) {
        return announcement.bufferName() + "\t" + announcement.metadataSize() + "\t" + announcement.payloadSize();
    }

    private static String toJson(StreamAnnouncement announcement) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("buffer_name", announcement.bufferName());
            json.writeNumberField("metadata_size", announcement.metadataSize());
            json.writeNumberField("payload_size", announcement.payloadSize());
            json.writeEndObject();
        }
        return text.toString();
    }
}

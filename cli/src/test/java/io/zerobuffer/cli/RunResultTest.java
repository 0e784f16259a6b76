package io.zerobuffer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RunResultTest {
    @Test
    void shouldHaveTheKeysOfTheOtherImplementations() {
        RunResult result = new RunResult(Operation.READ, "a\"b");
        result.checksum(0xCAFE);
        result.countFrame(10);
        result.countFrame(8);
        result.metadataSize(5);
        result.verificationError("frame 1 is wrong");
        assertEquals(
                "{\"operation\":\"read\",\"buffer_name\":\"a\\\"b\",\"frames_read\":2,\"frame_size\":10,"
                        + "\"metadata_size\":5,\"duration_seconds\":0.0,\"throughput_mbps\":0.0,"
                        + "\"verification_errors\":1,\"checksums\":[{\"frame\":0,\"checksum\":\"0000cafe\"}],"
                        + "\"errors\":[\"frame 1 is wrong\"]}",
                result.toJson());
    }

    @Test
    void shouldNameBothBuffersOfARelay() {
        String json = new RunResult(Operation.RELAY, "in", "out").toJson();
        assertTrue(
                json.startsWith(
                        "{\"operation\":\"relay\",\"buffer_name\":\"in\",\"output_buffer_name\":\"out\","
                                + "\"frames_relayed\":0,"),
                json);
    }

    @Test
    void shouldTellLatenciesInMicroseconds() {
        RunResult result = new RunResult(Operation.CALL, "channel");
        for (int i = 1; i <= 1_000; i++) {
            result.latency(i * 1_000);
        }
        // The histogram keeps three digits.
        assertTrue(
                result.toJson()
                        .matches(
                                ".*\"latency_us\":\\{\"p50\":500\\.\\d+,\"p90\":90[0-9]\\.\\d+,"
                                        + "\"p99\":99\\d\\.\\d+,\"p99.9\":999\\.\\d+,\"max\":1000\\.\\d+}.*"),
                result.toJson());
    }

    @Test
    void shouldNotKeepMoreErrorsThanAnybodyReads() {
        RunResult result = new RunResult(Operation.READ, "many");
        for (int i = 0; i < 1_000; i++) {
            result.verificationError("wrong");
        }
        assertEquals(1_000, result.verificationErrors());
        assertTrue(result.toJson().endsWith("\"wrong\",\"further errors are only counted\"]}"), result.toJson());
    }
}

package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.cli.terminal.PrettyJson;
import dev.tern.core.binding.FoundEncodings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EncodeCommandTest {
  /** Both as PROTOCOL has them. */
  private static final String REQUEST =
      "{\"id\":1,\"method\":\"add\",\"params\":[1,2],\"meta\":{}}";

  private static final String IN_MSGPACK =
      "84 A2 69 64 01 A6 6D 65 74 68 6F 64 A3 61 64 64 A6 70 61 72 61 6D 73 92 01 02 A4 6D 65 74 61 80\n";

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  void writesDigitsForAPerson() {
    Run run = Run.tern("", true, "encode", REQUEST, "--encoding", "msgpack");
    assertThat(run).isEqualTo(new Run(0, IN_MSGPACK, ""));
  }

  @Test
  void writesDigitsForAProgramIfThatIsAsked() {
    assertThat(Run.tern("encode", REQUEST, "--encoding=msgpack", "--hex").out())
        .isEqualTo(IN_MSGPACK);
  }

  @Test
  void writesBytesForAProgram() {
    assertThat(Run.tern("encode", " " + REQUEST + "\n").out()).isEqualTo(REQUEST);
    assertThat(Run.tern("", true, "encode", "--raw", REQUEST).out()).isEqualTo(REQUEST);
  }

  @Test
  void writesAFrame() {
    assertThat(Run.tern("encode", "{\"a\":1}", "--frame", "--hex").out())
        .isEqualTo("00 00 00 07 7B 22 61 22 3A 31 7D\n");
  }

  @Test
  void readsAFileAndStandardInput() throws IOException {
    String file = Files.writeString(folder.resolve("request"), REQUEST + "\n").toString();
    assertThat(Run.tern("encode", "@" + file).out()).isEqualTo(REQUEST);
    assertThat(Run.tern(REQUEST, false, "encode", "-").out()).isEqualTo(REQUEST);
    assertThat(Run.tern(REQUEST, false, "encode").out()).isEqualTo(REQUEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1,}     | message: not strict JSON at byte 7",
        "{'a':1,'a':1}| message: not strict JSON at byte",
        "[1]          | message: no JSON object (expected: a JSON object)",
        "[[]]         | message: an array in one (expected: a JSON object)",
        "5            | message: no JSON object (expected: a JSON object)",
        "@nosuch      | message: no file nosuch",
      })
  void refusesWhatIsNoMessage(String json, String words) {
    Run run = Run.tern("encode", json.strip().replace('\'', '"'));
    assertThat(run.err()).startsWith("tern encode: " + words);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void refusesAnEncodingThatIsNotThere() {
    Run run = Run.tern("encode", REQUEST, "--encoding", "smoke");
    assertThat(run.err()).contains("\"smoke\" (expected: one of json, msgpack");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void refusesBothForms() {
    assertThat(Run.tern("encode", REQUEST, "--hex", "--raw").code()).isEqualTo(1);
  }

  @Test
  void refusesWhatTheEncodingCannotSay() {
    for (String label : FoundEncodings.ALL.labels()) {
      Run run = Run.tern("encode", "--encoding", label, "--hex", "{\"no message\":1}");
      assertThat(run.code()).as(label + ": " + run.err()).isBetween(0, 1);
      if (run.code() == 1) {
        assertThat(run.err()).startsWith("tern encode: message: " + label + " cannot say it: ");
      }
    }
  }

  static List<JsonNode> vectors() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String name : List.of("requests", "responses")) {
      Path file = Path.of("../protocol/src/test/resources/vectors", name + ".json");
      JSON.readTree(Files.readString(file)).forEach(all::add);
    }
    assertThat(all).hasSizeGreaterThan(20);
    return all;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodeTellsWhatWasEncoded(JsonNode vector) {
    String payload = vector.get("payload").asString();
    for (String label : List.of("json", "msgpack")) {
      Run encoded = Run.tern(payload, false, "encode", "--hex", "--frame", "--encoding", label);
      assertThat(encoded.code()).as(encoded.err()).isZero();
      Run decoded = Run.tern(encoded.out(), false, "decode");
      assertThat(decoded.err()).startsWith("frame of ").endsWith(" bytes, " + label + "\n");
      assertThat(JSON.readTree(decoded.out())).isEqualTo(JSON.readTree(payload));
      if (label.equals("json")) {
        assertThat(decoded.out()).isEqualTo(PrettyJson.of(payload.getBytes(UTF_8)) + "\n");
      }
    }
  }

  /** An encoding with a schema has no place for other dialects, nor for what v1 does not know. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        REQUEST,
        "{\"id\":\"7f\",\"method\":\"add\",\"params\":{\"a\":[null,true,-1.5,\"ż\",{}]},\"meta\":{\"timeout_ms\":5}}",
        "{\"method\":\"log\",\"params\":{},\"meta\":{}}",
        "{\"id\":1,\"ok\":true,\"result\":3}",
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"A\",\"message\":\"m\",\"details\":{\"b\":1},\"executed\":\"yes\"}}",
      })
  void eachEncodingSaysWhatV1Says(String payload) {
    for (String label : FoundEncodings.ALL.labels()) {
      Run encoded = Run.tern(payload, false, "encode", "--hex", "--encoding", label);
      Run decoded = Run.tern(encoded.out(), false, "decode");
      assertThat(JSON.readTree(decoded.out())).as(label).isEqualTo(JSON.readTree(payload));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "protobuf"})
  void aBatchGoesThereAndBack(String encoding) {
    String batch =
        "[{\"id\":1,\"method\":\"add\",\"params\":[1,2],\"meta\":{}},"
            + "{\"id\":2,\"method\":\"rpc.ping\",\"meta\":{}}]";
    Run encoded = Run.tern("encode", "--hex", "--encoding", encoding, batch);

    assertThat(encoded.code()).as(encoded.err()).isZero();
    Run decoded = Run.tern("decode", encoded.out().strip());
    assertThat(decoded.out().replaceAll("\\s", "")).isEqualTo(batch);
    assertThat(decoded.err()).contains(encoding + " batch");
  }
}

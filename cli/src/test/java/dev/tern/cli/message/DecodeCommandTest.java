package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodeCommandTest {
  /** As PROTOCOL has it. */
  private static final String REPLY = "83 A2 69 64 01 A2 6F 6B C3 A6 72 65 73 75 6C 74 03";

  private static final String READ = "{\n  \"id\": 1,\n  \"ok\": true,\n  \"result\": 3\n}\n";

  @TempDir private Path folder;

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  private static String framed(String hex) {
    return "%08x".formatted(hex.replace(" ", "").length() / 2) + hex;
  }

  @Test
  void tellsAPayload() {
    assertThat(Run.tern("decode", REPLY))
        .isEqualTo(new Run(0, READ, "payload of 17 bytes, msgpack\n"));
  }

  @Test
  void takesDigitsInSeveralArguments() {
    Run run = Run.tern(("decode " + REPLY).split(" "));
    assertThat(run).isEqualTo(new Run(0, READ, "payload of 17 bytes, msgpack\n"));
  }

  @Test
  void tellsFramesInARowWhateverTheirEncoding() {
    String json = hex("{\"id\":1,\"ok\":true,\"result\":3}");
    Run run = Run.tern("decode", framed(REPLY) + framed(json));
    assertThat(run)
        .isEqualTo(
            new Run(0, READ + READ, "frame of 17 bytes, msgpack\nframe of 29 bytes, json\n"));
  }

  @Test
  void readsBytesAsTheyAreFromAFile() throws IOException {
    byte[] frame = HexFormat.of().parseHex(framed(REPLY.replace(" ", "")));
    String file = Files.write(folder.resolve("capture"), frame).toString();
    assertThat(Run.tern("decode", file))
        .isEqualTo(new Run(0, READ, "frame of 17 bytes, msgpack\n"));
  }

  @Test
  void readsDigitsFromAFile() throws IOException {
    String file = Files.writeString(folder.resolve("capture"), REPLY + "\n").toString();
    assertThat(Run.tern("decode", file).out()).isEqualTo(READ);
  }

  @ParameterizedTest
  @CsvSource(
      value = {"decode", "decode -"},
      delimiter = '|')
  void readsStandardInput(String line) {
    Run digits = Run.tern(REPLY + "\n", false, line.split(" "));
    assertThat(digits).isEqualTo(new Run(0, READ, "payload of 17 bytes, msgpack\n"));
    String json = "\n{\"id\":1,\"ok\":true,\"result\":3}\n";
    Run bytes = Run.tern(json, false, line.split(" "));
    assertThat(bytes).isEqualTo(new Run(0, READ, "payload of 31 bytes, json\n"));
  }

  @Test
  void tellsBytesInBase64() {
    assertThat(Run.tern("decode", "81 A1 62 C4 03 01 02 03").out())
        .isEqualTo("{\n  \"b\": \"AQID\"\n}\n");
  }

  @Test
  void aTerminalIsNotObeyed() {
    String bell = "81 A1 62 A4 07 1B 5B 41"; // in MessagePack as they are
    assertThat(Run.tern("decode", bell).out()).isEqualTo("{\n  \"b\": \"\\u0007\\u001b[A\"\n}\n");
    assertThat(Run.tern("decode", hex("{\"\u009b\":1}")).out())
        .isEqualTo("{\n  \"\\u009b\": 1\n}\n");
    assertThat(Run.tern("decode", "\u009b").err()).contains("\\u009b").doesNotContain("\u009b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "82A2696401            | payload of 5 bytes, msgpack      | byte 5",
        "81A162CA7FC00000      | payload of 8 bytes, msgpack      | byte 3",
        "7B2261223A            | payload of 5 bytes, json         | byte 5",
        "7B7D7D                | payload of 3 bytes, json         | byte 2",
        "5B7B7D5D5D            | payload of 5 bytes, json batch   | byte 4",
        "9281                  | payload of 2 bytes, msgpack batch | byte 0",
        "2A041202FFFF          | payload of 6 bytes, protobuf batch | message 1: not strict protobuf at byte 2",
        "1F8B08                | payload of 3 bytes, gzip         | gzip: it ends within its header",
        "28B52FFD              | payload of 4 bytes, zstd         | zstd: it is cut off",
        "04224D18              | payload of 4 bytes, lz4          | lz4: it is cut off",
        "C1                    | payload of 1 bytes, unknown      | byte 0: 0xC1",
        "0000000104            | frame of 1 bytes, unknown        | byte 0: 0x04",
      })
  void tellsWhatIsWrong(String hex, String headline, String words) {
    Run run = Run.tern("decode", hex);
    assertThat(run.err()).startsWith(headline + "\nno message: ").contains(words);
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void goesOnBehindAFrameThatIsNotSound() {
    Run run = Run.tern("decode", framed("C1") + framed(REPLY));
    assertThat(run.out()).isEqualTo(READ);
    assertThat(run.err()).contains("no message: byte 0", "frame of 17 bytes, msgpack");
    assertThat(run.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0000          | byte 0: a frame's length that is cut off after 2 of 4 bytes",
        "00000003 7B7D | byte 0: frame of 3 bytes that is cut off after 2 of them",
        "0000 0000 7B7D | byte 0: frame length: 0 (expected: 1 to 134217728)",
        "08000001 7B7D | byte 0: frame length: 134217729 (expected: 1 to 134217728)",
      })
  void aFrameThatIsNotWholeIsToldAndEndsIt(String hex, String words) {
    assertThat(Run.tern("decode", hex).err()).startsWith(words);
    Run behind = Run.tern("decode", framed(REPLY) + hex);
    assertThat(behind.err()).contains("\nbyte 21: " + words.substring(8));
    assertThat(behind.out()).isEqualTo(READ);
    assertThat(behind.code()).isEqualTo(1);
  }

  @Test
  void whatIsOverALimitIsNoMessage() {
    String deep = "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}";
    Run run = Run.tern(deep, false, "decode");
    assertThat(run.err()).contains("no message: byte ", "nesting that is too deep");
    assertThat(run.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "decode nosuch   | \"nosuch\": no such file, and no bytes (expected: a file, hexadecimal",
        "decode 84 g2    | hex: 'g' at character 3",
        "decode 84a      | \"84a\": no such file, and no bytes",
      })
  void refusesWhatIsNothing(String line, String words) {
    Run run = Run.tern(line.split(" +"));
    assertThat(run.err()).startsWith("tern decode: " + words);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void noBytesAreNone() {
    assertThat(Run.tern("", false, "decode").err()).contains("no bytes (expected: a frame");
  }

  @Test
  void aFolderIsNoFile() {
    assertThat(Run.tern("decode", folder.toString()).err())
        .startsWith("tern decode: input: cannot read");
  }

  @Test
  void characterSetsDoNotMatter() {
    String text = new String("{\"a\":\"ż\"}".getBytes(UTF_8), ISO_8859_1);
    byte[] payload = text.getBytes(ISO_8859_1);
    assertThat(Run.tern("decode", HexFormat.of().formatHex(payload)).out())
        .isEqualTo("{\n  \"a\": \"ż\"\n}\n");
  }
}

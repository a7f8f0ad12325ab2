package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written plainly is bound a shorter way: to the same value, or with the same error. */
final class PlainBindingTest {
  record Flat(byte tiny, short small, int number, long large, String text, boolean truth) {}

  record Texts(String first, String last) {}

  /** The last component, if it is long, is bound by methods of the JVM's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "\"",
        "\\",
        "\n",
        "\u0001",
        "\u007f",
        "\u00e9",
        "\u2028",
        "\ud83d\ude00",
        "\",\"x\":\""
      })
  void longTextsAreBoundAsTheyWere(String odd) {
    ParamsReader<Texts> params = JsonCodec.DEFAULT.paramsReader(Texts.class);
    ResultReader<String> result = JsonCodec.DEFAULT.resultReader(String.class);
    String text = "x".repeat(1_500) + odd + "y".repeat(1_500);
    Texts texts = new Texts(text, text + odd);
    assertThat(params.read(JsonCodec.DEFAULT.encode(texts))).isEqualTo(texts);
    assertThat(result.read(JsonCodec.DEFAULT.encode(text))).isEqualTo(text);
  }

  @Test
  void membersAfterALongTextAreNotPartOfIt() {
    String text = "x".repeat(3_000);
    String json = "{\"first\":\"a\",\"last\":\"" + text + "\",\"more\":\"" + text + "\"}";
    ParamsReader<Texts> params = JsonCodec.DEFAULT.paramsReader(Texts.class);
    assertThat(params.read(Bytes.of(json.getBytes(UTF_8)))).isEqualTo(new Texts("a", text));
  }

  private static final ParamsReader<Flat> PARAMS = JsonCodec.DEFAULT.paramsReader(Flat.class);

  private static String flat(String values) {
    String[] names = {"tiny", "small", "number", "large", "text", "truth"};
    String[] parts = values.split(";", -1);
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < parts.length; i++) {
      json.append(i == 0 ? "" : ",").append('"').append(names[i]).append("\":").append(parts[i]);
    }
    return json.append('}').toString();
  }

  /**
   * Binds to one value, whether the text is alone in its array or lies in the middle of a frame.
   */
  private static String outcome(Function<Bytes, ?> reader, String json) {
    String alone = read(reader, Bytes.of(json.getBytes(UTF_8)));
    byte[] frame = ("{\"id\":1,\"params\":" + json + ",\"b\":9}}").getBytes(UTF_8);
    int from = "{\"id\":1,\"params\":".length();
    String inside = read(reader, Bytes.of(frame, from, from + json.getBytes(UTF_8).length));
    assertThat(inside).isEqualTo(alone);
    return alone;
  }

  private static String read(Function<Bytes, ?> reader, Bytes json) {
    try {
      return String.valueOf(reader.apply(json));
    } catch (BindingException e) {
      return "refused: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1;2;3;4;\"x y\";true",
        "-128;-32768;-2147483648;-123456789012345;\"\";false",
        "127;32767;2147483647;123456789012345;\"12345678\";true",
        "128;2;3;4;\"x\";true",
        "1;32768;3;4;\"x\";true",
        "1;2;2147483648;4;\"x\";true",
        "1;2;3;9223372036854775807;\"x\";true",
        "1;2;3;9223372036854775808;\"x\";true",
        "1;2;3;4;\"\u00e9\\n\";true",
        "1;2;3;4;5;true",
        "1;2;3;4;\"x\";1",
        "1;2;3;4;null;true",
        "1;2;3.0;4;\"x\";true",
        "1;2;\"3\";4;\"x\";true",
        "1;2;3;4;\"x\""
      })
  void recordsComeOutTheSame(String values) {
    String plain = flat(values);

    assertThat(outcome(PARAMS::read, plain))
        .isEqualTo(outcome(PARAMS::read, plain.replace(",", " , ").replace("x , y", "x,y")));
  }

  record Maybe(
      Optional<Integer> first, String text, OptionalLong number, Optional<Optional<String>> last) {}

  /** With a member that is none of the record's in front, the reader reads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{#first#:1,#text#:#x#,#number#:2,#last#:#y#}",
        "{#first#:null,#text#:#x#,#number#:null,#last#:null}",
        "{#first#:1,#text#:#x#}",
        "{#first#:1,#text#:#x#,#last#:#y#}",
        "{#text#:#x#,#number#:2}",
        "{#first#:1,#text#:#x#,#last#:#y#,#number#:2}",
        "{#first#:1,#text#:null,#number#:2,#last#:#y#}",
        "{#first#:1,#number#:2}",
        "{#first#:#1#,#text#:#x#}",
        "{#first#:2147483648,#text#:#x#}",
        "{#first#:1,#text#:#x#,#number#:1.5}",
        "{#first#:1,#text#:#x#,#more#:1,#last#:#y#}"
      })
  void recordsWithOptionalsComeOutTheSame(String json) {
    ParamsReader<Maybe> reader = JsonCodec.DEFAULT.paramsReader(Maybe.class);
    String plain = json.replace('#', '"');

    assertThat(outcome(reader::read, plain))
        .isEqualTo(outcome(reader::read, plain.replace("{", "{\"odd\":0,")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-7", "2147483647", "2147483648", "1.0", "\"x\"", "true", "1e3"})
  void scalarsComeOutTheSame(String json) {
    ResultReader<Integer> reader = JsonCodec.DEFAULT.resultReader(Integer.class);

    assertThat(outcome(reader::read, json)).isEqualTo(outcome(reader::read, " " + json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\"", "\"\"", "\"\u00e9\"", "\"a\\\"b\"", "1", "true"})
  void textsComeOutTheSame(String json) {
    ResultReader<String> reader = JsonCodec.DEFAULT.resultReader(String.class);

    assertThat(outcome(reader::read, json)).isEqualTo(outcome(reader::read, json + " "));
  }
}

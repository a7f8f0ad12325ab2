package dev.tern.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrettyJsonTest {

  private static String pretty(String json) {
    return PrettyJson.of(json.getBytes(UTF_8));
  }

  @Test
  void spreadsObjectsOverLines() {
    assertThat(pretty("{\"a\":1,\"b\":{\"c\":[1,2],\"d\":{}},\"e\":[{\"f\":null}],\"g\":[]}"))
        .isEqualTo(
            """
            {
              "a": 1,
              "b": {
                "c": [1, 2],
                "d": {}
              },
              "e": [
                {
                  "f": null
                }
              ],
              "g": []
            }""");
  }

  @Test
  void keepsNumbersAndStringsAsTheyWere() {
    assertThat(pretty("[1.10,-0,1E+2,123456789012345678901,\"\\u0041\\n\\\"\",\"ż🦜\"]"))
        .isEqualTo("[1.10, -0, 1E+2, 123456789012345678901, \"\\u0041\\n\\\"\", \"ż🦜\"]");
  }

  @Test
  void escapesWhatATerminalWouldObey() {
    assertThat(pretty("\"\u009b2J\u202e\u007f\"")).isEqualTo("\"\\u009b2J\\u202e\\u007f\"");
  }

  @Test
  void leavesEmojiWhole() {
    assertThat(pretty("\"👩‍👧\"")).isEqualTo("\"👩‍👧\"");
  }
}

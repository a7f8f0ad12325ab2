package dev.tern.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogTextTest {
  /** Reads a line of pairs as one would who knows only the rule. */
  private static Map<String, String> parse(String line) {
    Map<String, String> pairs = new LinkedHashMap<>();
    int at = 0;
    while (at < line.length()) {
      int equals = line.indexOf('=', at);
      String name = line.substring(at, equals);
      StringBuilder value = new StringBuilder();
      at = equals + 1;
      if (line.charAt(at) == '"') {
        at++;
        while (line.charAt(at) != '"') {
          char c = line.charAt(at++);
          if (c == '\\') {
            char escaped = line.charAt(at++);
            if (escaped == 'u') {
              c = (char) Integer.parseInt(line.substring(at, at + 4), 16);
              at += 4;
            } else {
              c = escaped;
            }
          }
          value.append(c);
        }
        at++;
      } else {
        while (at < line.length() && line.charAt(at) != ' ') {
          value.append(line.charAt(at++));
        }
      }
      assertThat(pairs.put(name, value.toString())).as("%s twice in %s", name, line).isNull();
      at++; // the space
    }
    return pairs;
  }

  private static void survives(String text) {
    String line = "id=" + LogText.quoted(text) + " method=" + LogText.of(text) + " code=OK";
    assertThat(parse(line))
        .as(line)
        .containsExactly(Map.entry("id", text), Map.entry("method", text), Map.entry("code", "OK"));
    assertThat(line.chars().allMatch(c -> (c >= ' ' && c <= '~') || Character.isLetterOrDigit(c)))
        .as("one line that reads from left to right: %s", line)
        .isTrue();
  }

  @Test
  void everyCharacterOfTheFirstPlaneComesBack() {
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      survives("a" + c + "b");
    }
  }

  @Test
  void characterOfOtherPlanesAndForgedLinesComeBack() {
    survives("\" method=transfer code=OK \"");
    survives("x\n12:00:00.000 WARN dev.tern.calls id=7 method=a");
    survives("\\u0041\\");
    survives(" ");
    survives("=");
    survives("\u202eevil\u2066");
    survives("😀𝒳\udbff\udfff");
    survives("");
  }

  @ParameterizedTest
  @CsvSource({"shop.order,shop.order", "a b,\"a b\"", "a=b,\"a=b\"", "127.0.0.1:70,127.0.0.1:70"})
  void quotesOnlyWhatNeedsIt(String text, String expected) {
    assertThat(LogText.of(text)).isEqualTo(expected);
  }

  @Test
  void anExceptionThatCannotForgeALineStaysAsItIs() {
    Exception plain = new IllegalStateException("no such sku: «B-1»", new Exception("größer"));
    assertThat(LogText.of(plain)).isSameAs(plain);
  }

  @Test
  void anExceptionThatRepeatsALineBreakIsQuoted() {
    Exception forged = new Exception("outer", new IllegalStateException("a\nWARN forged"));
    forged.addSuppressed(new Exception("b\r"));

    Throwable logged = LogText.of(forged);

    assertThat(logged.getStackTrace()).isEqualTo(forged.getStackTrace());
    assertThat(logged.getMessage()).isEqualTo("java.lang.Exception: outer");
    assertThat(logged.getCause())
        .hasMessage("\"java.lang.IllegalStateException: a\\u000aWARN forged\"");
    assertThat(logged.getSuppressed()[0]).hasMessage("\"java.lang.Exception: b\\u000d\"");
  }

  @Test
  void anExceptionThatIsItsOwnCauseByAnotherEndsToo() {
    Exception inner = new Exception("x\n");
    Exception outer = new Exception("outer", inner);
    inner.initCause(outer);

    assertThat(LogText.of(outer).getCause()).hasMessageContaining("x\\u000a");
  }
}

package dev.tern.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Nobody sees them: two ids that differ in nothing else would look alike. */
  @ParameterizedTest
  @ValueSource(strings = {"\u115f", "\u1160", "\u3164", "\uffa0"})
  void lettersThatShowNothingAreEscaped(String letter) {
    assertThat(LogText.of("a" + letter))
        .isEqualTo("\"a\\u%04x\"".formatted((int) letter.charAt(0)));
    assertThat(LogText.of(new IllegalStateException(letter)).toString()).doesNotContain(letter);
  }

  @Test
  void everyCharacterOfTheFirstPlaneComesBack() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      survives("a" + (char) c + "b");
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

  /** How many exceptions, frames and characters hang together. */
  private static int[] sum(Throwable thrown) {
    int[] sum = {1, thrown.getStackTrace().length, String.valueOf(thrown.getMessage()).length()};
    List<Throwable> others = new ArrayList<>(List.of(thrown.getSuppressed()));
    if (thrown.getCause() != null) {
      others.add(thrown.getCause());
    }
    for (Throwable other : others) {
      int[] of = sum(other);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += of[i];
      }
    }
    return sum;
  }

  private static Throwable chain(int causes, String text, int frames) {
    Throwable chain = null;
    for (int i = 0; i < causes; i++) {
      chain = new Exception(text, chain);
      StackTraceElement[] trace = new StackTraceElement[frames];
      Arrays.fill(trace, new StackTraceElement("C", "m", "C.java", 1));
      chain.setStackTrace(trace);
    }
    return Objects.requireNonNull(chain);
  }

  private static Throwable suppressing(int many, String text) {
    Exception all = new Exception("outer");
    for (int i = 0; i < many; i++) {
      all.addSuppressed(new Exception(text));
    }
    return all;
  }

  static Stream<Throwable> large() {
    return Stream.of(
        chain(1, "x".repeat(1_000_000), 1),
        chain(1, "\n".repeat(1_000_000), 1),
        chain(100, "x".repeat(1_000), 10),
        chain(1_000_000, "x", 0),
        chain(10, "x", 1_000),
        suppressing(100_000, "x"),
        suppressing(100, "\n".repeat(1_000)));
  }

  @ParameterizedTest
  @MethodSource("large")
  void aLargeExceptionIsCut(Throwable large) {
    Throwable cut = LogText.of(large);

    assertThat(cut)
        .hasMessageStartingWith(
            large.toString().startsWith("java.lang.Exception: \n")
                ? "\"java.lang.Exception: "
                : "java.lang.Exception: ");
    int[] sum = sum(cut);
    assertThat(sum[0]).as("exceptions").isLessThanOrEqualTo(200);
    assertThat(sum[1]).as("frames").isLessThanOrEqualTo(LogText.MAX_FRAMES);
    assertThat(sum[2]).as("characters").isLessThanOrEqualTo(8 * LogText.MAX_CHARS);
    assertThat(LogText.bytes(cut)).isPositive();
  }

  @Test
  void aStackThatHasOverflownStaysAsItIs() {
    StackOverflowError plain = new StackOverflowError();
    StackTraceElement[] trace = new StackTraceElement[1_024];
    Arrays.fill(trace, new StackTraceElement("C", "m", "C.java", 1));
    plain.setStackTrace(trace);
    assertThat(LogText.of(plain)).isSameAs(plain);
    assertThat(LogText.bytes(plain)).isGreaterThan(40_000);
  }

  @Test
  void anExceptionThatCannotSayWhatItIsIsNamed() {
    class Odd extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("no message");
      }
    }
    assertThat(LogText.of(new Odd())).hasMessageContaining("Odd: cannot say what it is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "\n"})
  void aLongTextIsCut(String of) {
    assertThat(LogText.of(of.repeat(1_000_000)))
        .startsWith("\"")
        .endsWith("…\"".replace("…", "\\u2026"))
        .hasSizeLessThanOrEqualTo(6 * LogText.MAX_CHARS + 8);
  }
}

package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.OverLimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is strict JSON and what is not, against files and against a second parser. */
class StrictJsonTest {
  private static final Limits LIMITS = Limits.DEFAULT;

  private final JsonWalk walk = new JsonWalk(LIMITS);
  private final JacksonOracle oracle = new JacksonOracle(LIMITS.get(Bound.DEPTH));
  private final JsonValidator validator = new JsonValidator(LIMITS);

  static List<String> accept() {
    return Corpus.lines("/strict/accept.txt");
  }

  static List<String> refuse() {
    return Corpus.lines("/strict/refuse.txt");
  }

  @ParameterizedTest
  @MethodSource("accept")
  void accepts(String line) {
    byte[] json = Corpus.bytes(line);
    assertThat(walk.skips(json)).isTrue();
    assertThat(walk.read(json)).isNotNull().isEqualTo(oracle.read(json));
  }

  @ParameterizedTest
  @MethodSource("refuse")
  void refuses(String line) {
    byte[] json = Corpus.bytes(line);
    assertThat(walk.skips(json)).isFalse();
    assertThat(walk.read(json)).isNull();
    assertThat(oracle.read(json)).isNull();
  }

  @ParameterizedTest
  @MethodSource("accept")
  void everyTextCutShortIsRefusedOrStillANumber(String line) {
    byte[] json = Corpus.bytes(line);
    for (int length = 0; length < json.length; length++) {
      byte[] cut = Arrays.copyOf(json, length);
      assertThat(walk.read(cut)).isEqualTo(oracle.read(cut));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void goesAsDeepAsTheLimitAndNoDeeper(String open) {
    String close = open.equals("[") ? "]" : "}";
    int limit = LIMITS.get(Bound.DEPTH);
    assertThat(walk.skips(utf8(open.repeat(limit - 1) + "[]" + close.repeat(limit - 1)))).isTrue();
    assertThat(walk.skips(utf8(open.repeat(limit) + "[]" + close.repeat(limit)))).isFalse();
  }

  @Test
  void stopsReadingAtTheFirstBracketThatIsTooDeep() {
    byte[] json = utf8("[".repeat(100_000));
    assertThatThrownBy(() -> check(json))
        .isInstanceOfSatisfying(
            JsonException.class, e -> assertThat(e.offset()).isEqualTo(LIMITS.get(Bound.DEPTH)));
  }

  @Test
  void aMillionDigitsAreJsonButOverTheLimit() {
    byte[] json = utf8("[1," + "9".repeat(1_000_000) + "]");
    assertThat(check(json)).isEqualTo(new OverLimit(3, Bound.NUMBER_DIGITS));
  }

  @Test
  void numbersAndNamesOfExactlyTheLimitAreWithinIt() {
    byte[] json = utf8("{\"" + "n".repeat(256) + "\":" + "9".repeat(1_000) + "}");
    assertThat(check(json)).isNull();
  }

  @Test
  void aLongNameIsJsonButOverTheLimit() {
    byte[] json = utf8("{\"a\":1,\"" + "n".repeat(50_000) + "\":" + "9".repeat(2_000) + "}");
    assertThat(check(json)).isEqualTo(new OverLimit(7, Bound.NAME_BYTES));
  }

  @Test
  void aLongStringIsFine() {
    byte[] json = utf8("\"" + "\u00e9x".repeat(3_000_000) + "\"");
    assertThat(walk.skips(json)).isTrue();
  }

  @Test
  void findsOneDuplicateAmongManyNames() {
    byte[] unique = utf8(object(IntStream.range(0, 200_000).mapToObj(i -> "k" + i).toList()));
    assertThat(walk.skips(unique)).isTrue();
    byte[] twice =
        utf8(object(IntStream.range(0, 200_000).mapToObj(i -> "k" + i % 199_999).toList()));
    assertThat(walk.skips(twice)).isFalse();
  }

  /** Names of one hash must not cost quadratic time: this would take minutes. */
  @Test
  void manyNamesOfOneHashAreNoAttack() {
    List<String> names =
        IntStream.range(0, 1 << 16)
            .mapToObj(
                i ->
                    IntStream.range(0, 16)
                        .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining()))
            .toList();
    assertThat(names.stream().mapToInt(String::hashCode).distinct().count()).isEqualTo(1);
    assertThat(walk.skips(utf8(object(names)))).isTrue();
    List<String> more = new ArrayList<>(names);
    more.add(names.get(12_345).replaceFirst("^A", "\\\\u0041").replaceFirst("^B", "\\\\u0042"));
    assertThat(walk.skips(utf8(object(more)))).isFalse();
  }

  @Test
  void theMessageOfAnErrorHoldsNothingOfTheText() {
    byte[] json = utf8("{\"secret\":1,\"secret\":2}");
    assertThatThrownBy(() -> check(json))
        .hasMessage("not strict JSON at byte 12: a name that is there twice");
  }

  @Test
  void errorsCostNoStackTrace() {
    assertThatThrownBy(() -> check(utf8("?")))
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  private @Nullable OverLimit check(byte[] json) {
    return validator.checkMessage(json, 0, json.length);
  }

  private static String object(List<String> names) {
    return names.stream().map(n -> "\"" + n + "\":1").collect(Collectors.joining(",", "{", "}"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}

package dev.tern.core;

import static dev.tern.core.access.Access.CORE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OperationTokenTest {
  private static final OperationToken TOKEN =
      CORE.operationToken(
          "shop.pay", "k\"é😀-0123456789", "json", "ann", "store-1", 1_234_567_890_123L);

  /** What a token with this body would look like. */
  private static String withBody(String json) {
    String body = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(UTF_8));
    return "tern1." + body + ".%08x".formatted(crc.getValue());
  }

  private static void assertRefused(String text) {
    assertThatIllegalArgumentException()
        .as(text)
        .isThrownBy(() -> OperationToken.parse(text))
        .withMessageStartingWith("operation token: ");
  }

  @Test
  void comesBackFromItsText() {
    assertThat(OperationToken.parse(TOKEN.toString()))
        .returns("shop.pay", OperationToken::method)
        .returns("k\"é😀-0123456789", OperationToken::key)
        .returns("ann", OperationToken::caller)
        .returns("store-1", OperationToken::dedup)
        .returns(1_234_567_890_123L, OperationToken::firstMillis)
        .isEqualTo(TOKEN);
  }

  @Test
  void isOneWordOfVisibleAscii() {
    assertThat(TOKEN.toString()).matches("[!-~]+");
  }

  @Test
  void ofACallerWithoutAName() {
    OperationToken token = CORE.operationToken("m", "k", "json", "", "d", 0);

    assertThat(OperationToken.parse(token.toString())).isEqualTo(token);
  }

  @Test
  void aPreparedOneHasNotRun() {
    assertThat(TOKEN.mayHaveRun()).isFalse();
  }

  @Test
  void oneThatWasKeptMayHaveRun() {
    assertThat(OperationToken.parse(TOKEN.toString()).mayHaveRun()).isTrue();
  }

  @Test
  void cutAnywhere() {
    String text = TOKEN.toString();
    for (int length = 0; length < text.length(); length++) {
      assertRefused(text.substring(0, length));
    }
  }

  @Test
  void cutBeforeItsLastPartSaysSo() {
    String text = TOKEN.toString();
    String cut = text.substring(0, text.lastIndexOf('.'));
    for (String part : new String[] {cut, cut.substring(0, 20), "tern1."}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OperationToken.parse(part))
          .withMessage(
              "operation token: cut off after %d characters (expected: the text as it was given, a dot and 8 hex digits last)",
              part.length());
    }
  }

  @Test
  void anyCharacterChanged() {
    String text = TOKEN.toString();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(text.substring(0, i) + other + text.substring(i + 1));
    }
  }

  @Test
  void withSomethingAround() {
    assertRefused(" " + TOKEN);
    assertRefused(TOKEN + "\n");
    assertRefused(TOKEN + TOKEN.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "x",
        "{\"method\":\"m\"}",
        "{\"method\":1,\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\"}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":-1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1.5}",
        "{\"method\":\"m\",\"key\":\"\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\\n\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}",
        "{\"method\":\"m\",\"key\":\"k\",\"encoding\":\"json\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1,\"new\":1}"
      })
  void soundButOfAnotherVersion(String json) {
    assertRefused(withBody(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "tern1", "tern1.", "tern1..", "tern1..00000000", "tern2.e30.x"})
  void noToken(String text) {
    assertRefused(text);
  }

  @Test
  void differsByEachOfItsParts() {
    assertThat(CORE.operationToken("m", "k", "json", "c", "d", 1))
        .isNotEqualTo(CORE.operationToken("x", "k", "json", "c", "d", 1))
        .isNotEqualTo(CORE.operationToken("m", "x", "json", "c", "d", 1))
        .isNotEqualTo(CORE.operationToken("m", "k", "json", "x", "d", 1))
        .isNotEqualTo(CORE.operationToken("m", "k", "msgpack", "c", "d", 1))
        .isNotEqualTo(CORE.operationToken("m", "k", "json", "c", "x", 1))
        .isNotEqualTo(CORE.operationToken("m", "k", "json", "c", "d", 2));
  }
}

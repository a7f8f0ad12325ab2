package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CallOptionsTest {

  static Stream<String> keys() {
    return Stream.of("a", "x".repeat(256), "é".repeat(128), "\ud83d\ude00".repeat(64));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyThatCanTravelIsTaken(String key) {
    assertThat(CallOptions.DEFAULT.withKey(key).key()).isEqualTo(key);
  }

  static Stream<String> noKeys() {
    return Stream.of(
        "",
        "x".repeat(257),
        "é".repeat(129),
        "\ud83d\ude00".repeat(65),
        "a\nb",
        "\u007f",
        "\u0085",
        "a\ud83d",
        "\ude00\ud83d",
        "\ud83db");
  }

  @ParameterizedTest
  @MethodSource("noKeys")
  void aKeyThatCannotTravelIsRefused(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallOptions.DEFAULT.withKey(key))
        .withMessage(
            "key: "
                + key.getBytes(StandardCharsets.UTF_8).length
                + " bytes (expected: 1 to 256 bytes of UTF-8 without control characters)");
  }

  @Test
  void aNegativeTimeoutIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallOptions.timeout(Duration.ofMillis(-1)))
        .withMessageContaining("timeout: PT-0.001S (expected: 0 or more)");
  }

  @Test
  void aTokenAndMetadataThatAreTooLongTogetherAreRefused() {
    CallOptions tooLong =
        CallOptions.DEFAULT.withAuth("t".repeat(9_000)).withMetadata("n", "v".repeat(8_000));

    assertThatIllegalArgumentException()
        .isThrownBy(tooLong::meta)
        .withMessageMatching(
            "auth and metadata: 17\\d\\d\\d bytes .expected: at most 15872 together.");
  }
}

package dev.tern.core.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TimeSpentTest {
  @Test
  void saysWhatWasMeasuredInItsOrder() {
    assertThat(
            TimeSpent.words(
                "; ",
                Map.of(
                    "connecting_ms", 1L,
                    "queued_ms", 2L,
                    "server_ms", 7L,
                    "server_queue_ms", 3L,
                    "handler_ms", 4L,
                    "answered_ms", 8L)))
        .isEqualTo(
            "; 1 ms waiting for a connection, 2 ms waiting to be written, 3 ms in the server's"
                + " queue, 4 ms in the handler, answered after 8 ms");
  }

  @Test
  void whatTheServerHasNotSplitIsSaidAsAWhole() {
    assertThat(TimeSpent.words("", Map.of("server_ms", 7L))).isEqualTo("7 ms at the server");
    assertThat(TimeSpent.words("", Map.of("server_ms", 7L, "handler_ms", 4L)))
        .isEqualTo("4 ms in the handler, 3 ms at the server");
  }

  static List<Map<String, ?>> detailsThatSayNothing() {
    return List.of(
        Map.of(),
        Map.of("server_ms", 0L, "queued_ms", 0L),
        Map.of("server_ms", "7"),
        Map.of("server_ms", -7L, "handler_ms", Long.MIN_VALUE),
        Map.of("server_ms", 7.5),
        Map.of("server_ms", BigInteger.TEN.pow(30)),
        Map.of("handler_ms", List.of(7L)));
  }

  @ParameterizedTest
  @MethodSource("detailsThatSayNothing")
  void whatAServerSaysMayBeAnything(Map<String, ?> details) {
    assertThat(TimeSpent.words("; ", details)).isEmpty();
  }
}

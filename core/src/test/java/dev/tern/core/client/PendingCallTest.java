package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import org.junit.jupiter.api.Test;

final class PendingCallTest {
  @Test
  void whatHasNotLeftWaitsStill() {
    PendingCall call = new PendingCall(null, Bytes.of(new byte[0]), 1_000, 5, null);

    assertThat(call.queuedNanos(12)).isEqualTo(7);
  }
}

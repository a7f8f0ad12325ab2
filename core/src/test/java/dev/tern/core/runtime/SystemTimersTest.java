package dev.tern.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SystemTimersTest {

  @Test
  void itsThreadRefusesToBlock() {
    CompletableFuture<Boolean> refuses = new CompletableFuture<>();

    Timers.system().schedule(0, () -> refuses.complete(IoThread.isCurrent()));

    assertThat(refuses.join()).isTrue();
  }
}

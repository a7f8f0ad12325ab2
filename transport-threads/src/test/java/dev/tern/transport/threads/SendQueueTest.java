package dev.tern.transport.threads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import org.junit.jupiter.api.Test;

final class SendQueueTest {

  private static final int LIMIT = Connection.SEND_PROGRESS_BYTES;

  private final SendQueue queue = new SendQueue();

  private void flushed(int count) {
    queue.write(new byte[count]);
    queue.flush();
    queue.takeFlushed();
  }

  @Test
  void onlyWhatWasFlushedIsTaken() {
    byte[] first = {1};
    byte[] second = {2};
    queue.write(first);
    queue.flush();
    queue.write(second);

    assertThat(queue.takeFlushed()).containsExactly(first);
    assertThat(queue.hasFlushed()).isFalse();
    queue.flush();
    assertThat(queue.takeFlushed()).containsExactly(second);
  }

  @Test
  void whatWasTakenIsUnsentUntilItIsSent() {
    flushed(10);

    assertThat(queue.unsentBytes()).isEqualTo(10);
    queue.sent(4);
    assertThat(queue.unsentBytes()).isEqualTo(6);
    assertThat(queue.sentBytes()).isEqualTo(4);
  }

  @Test
  void theBacklogFallsOnceBelowTheLimit() {
    flushed(LIMIT + 1);

    assertThat(queue.sent(1)).as("at the limit").isFalse();
    assertThat(queue.sent(1)).as("below it").isTrue();
    assertThat(queue.sent(1)).as("further below").isFalse();
  }

  @Test
  void aBacklogBelowTheLimitIsNone() {
    flushed(LIMIT - 1);

    assertThat(queue.sent(LIMIT - 1)).isFalse();
  }

  @Test
  void clearingLeavesNothingUnsent() {
    flushed(10);

    queue.clear();

    assertThat(queue.unsentBytes()).isZero();
    assertThat(queue.hasFlushed()).isFalse();
  }
}

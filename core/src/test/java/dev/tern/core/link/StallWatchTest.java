package dev.tern.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StallWatchTest {
  private static final long SECOND = 1_000_000_000L;

  /** Just before a long overflows, but no round time after it is the one that stands for never. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND + 1;

  private final Output output = new Output();
  private final StallWatch watch = new StallWatch(output, Duration.ofSeconds(10));
  private long now = START;

  /** Has sent and not sent what a test says. */
  private static final class Output implements Connection {
    long sent;
    long unsent;

    @Override
    public long sentBytes() {
      return sent;
    }

    @Override
    public long unsentBytes() {
      return unsent;
    }

    @Override
    public SocketAddress localAddress() {
      return InetSocketAddress.createUnresolved("local", 1);
    }

    @Override
    public SocketAddress remoteAddress() {
      return InetSocketAddress.createUnresolved("remote", 1);
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void write(byte[] bytes) {}

    @Override
    public void flush() {}

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void close() {}

    @Override
    public void abort() {}
  }

  /** Looks whenever the watch wants to, until then. */
  private void pass(long nanos) {
    long end = now + nanos;
    for (long next = watch.look(now);
        next != Alarm.NEVER && next - end <= 0 && !watch.isStalled();
        next = watch.look(now)) {
      now = next;
    }
    now = watch.isStalled() ? now : end;
  }

  @Test
  void withNothingToSendItNeverLooks() {
    assertThat(watch.look(now)).isEqualTo(Alarm.NEVER);
  }

  @Test
  void whatNeverMovedIsStalledAfterTheLimit() {
    output.unsent = 1;

    pass(60 * SECOND);

    assertThat(now - START).isEqualTo(10 * SECOND);
  }

  @Test
  void whatMovedJustAfterALookIsStalledATenthLaterAtMost() {
    output.unsent = 2;
    pass(SECOND + 1);
    output.sent++;
    long moved = now;

    pass(60 * SECOND);

    assertThat(watch.isStalled()).isTrue();
    assertThat(now - moved).isBetween(10 * SECOND, 11 * SECOND);
  }

  @Test
  void whatMovesNowAndThenIsNotStalled() {
    output.unsent = 1;
    for (int i = 0; i < 20; i++) {
      output.sent++;
      pass(9 * SECOND);
    }

    assertThat(watch.isStalled()).isFalse();
  }

  @Test
  void whatHasLeftIsForgotten() {
    output.unsent = 1;
    pass(9 * SECOND);
    output.unsent = 0;
    pass(SECOND);
    output.unsent = 1; // and the count of those sent as before: it wrapped, or lied

    pass(9 * SECOND);

    assertThat(watch.isStalled()).isFalse();
  }

  @Test
  void looksBetweenAreNotCounted() {
    output.unsent = 1;
    for (int i = 0; i < 100; i++) {
      watch.look(now);
    }

    assertThat(watch.isStalled()).isFalse();
  }

  @Test
  void aProcessThatStoodStillBlamesNobody() {
    output.unsent = 1;
    watch.look(now);

    now += 60 * SECOND;
    watch.look(now);

    assertThat(watch.isStalled()).isFalse();
  }
}

package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AcceptPauseTest {

  private EmbeddedChannel listening;

  @BeforeEach
  void open() {
    listening = new EmbeddedChannel(new NettyListener.AcceptPause());
    listening.freezeTime();
  }

  @AfterEach
  void close() {
    var _ = listening.close();
  }

  private void failToAccept() {
    listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
  }

  private void pass(long millis) {
    listening.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    listening.runScheduledPendingTasks();
  }

  @Test
  void acceptingPausesWhenItFails() {
    failToAccept();

    assertThat(listening.config().isAutoRead()).isFalse();
  }

  @Test
  void acceptingGoesOnAfterThePause() {
    failToAccept();

    pass(NettyListener.AcceptPause.PAUSE_MILLIS);

    assertThat(listening.config().isAutoRead()).isTrue();
  }

  @Test
  void failuresDuringThePauseDoNotMakeItLonger() {
    failToAccept();
    pass(NettyListener.AcceptPause.PAUSE_MILLIS / 2);
    failToAccept();

    pass(NettyListener.AcceptPause.PAUSE_MILLIS / 2);

    assertThat(listening.config().isAutoRead()).isTrue();
  }

  @Test
  void thereIsAnotherPauseIfItFailsAgain() {
    failToAccept();
    pass(NettyListener.AcceptPause.PAUSE_MILLIS);

    failToAccept();

    assertThat(listening.config().isAutoRead()).isFalse();
  }
}

package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class ReadBuffersTest {

  private final ChannelConfig config = new EmbeddedChannel().config();
  private final ExtendedHandle handle = new ReadBuffers().newHandle();

  private static void onLoopThread(Runnable test) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable loop =
        () -> {
          try {
            test.run();
            done.complete(null);
          } catch (Throwable t) {
            done.completeExceptionally(t);
          }
        };
    new LoopThread(loop, "tern-netty-test").start();
    done.get(10, TimeUnit.SECONDS);
  }

  private int writableBytesOfNext() {
    ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
    try {
      return buffer.writableBytes();
    } finally {
      buffer.release();
    }
  }

  @Test
  void aReadTakesAtMostSoMuchAtOnce() throws Exception {
    onLoopThread(
        () -> {
          handle.reset(config);
          assertThat(writableBytesOfNext()).isEqualTo(LoopThread.READ_BYTES);
        });
  }

  @Test
  void whilePausedOneByteTellsAResetFromTheEnd() throws Exception {
    config.setAutoRead(false);
    onLoopThread(
        () -> {
          handle.reset(config);
          assertThat(writableBytesOfNext()).isEqualTo(1);
        });
  }

  @Test
  void whilePausedNoMoreIsReadInOnePass() throws Exception {
    config.setAutoRead(false);
    onLoopThread(
        () -> {
          handle.reset(config);
          assertThat(writableBytesOfNext()).isEqualTo(1);
          assertThatThrownBy(this::writableBytesOfNext)
              .isInstanceOf(ReadBuffers.ReadingPaused.class);
        });
  }

  @Test
  void afterAPauseInTheMiddleOfAPassNoMoreIsRead() throws Exception {
    onLoopThread(
        () -> {
          handle.reset(config);
          assertThat(writableBytesOfNext()).isPositive();
          config.setAutoRead(false);
          assertThatThrownBy(this::writableBytesOfNext)
              .isInstanceOf(ReadBuffers.ReadingPaused.class);
        });
  }
}

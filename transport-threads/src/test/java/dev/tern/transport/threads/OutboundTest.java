package dev.tern.transport.threads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class OutboundTest {

  private static final int LIMIT = Connection.SEND_PROGRESS_BYTES;

  private final ReentrantLock lock = new ReentrantLock();
  private final Outbound outbound = new Outbound(lock);
  private final List<byte[]> batches = new ArrayList<>();
  private final List<Long> unsentAtProgress = new ArrayList<>();

  /** What happens while a batch is being written. */
  private Runnable uponWrite = () -> {};

  /** The test is in the serial context all the time, as a session is when it writes. */
  @BeforeEach
  void enterTheContext() {
    lock.lock();
  }

  private final OutputStream socket =
      new OutputStream() {
        @Override
        public void write(int b) {
          throw new AssertionError("one byte at a time");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          batches.add(Arrays.copyOfRange(bytes, offset, offset + length));
          uponWrite.run();
        }
      };

  private final ConnectionHandler handler =
      new ConnectionHandler() {
        @Override
        public void onBytes(byte[] buffer, int offset, int length) {}

        @Override
        public void onReadComplete() {}

        @Override
        public void onEndOfInput() {}

        @Override
        public void onSendProgress() {
          unsentAtProgress.add(outbound.unsentBytes());
        }

        @Override
        public void onClosed(@Nullable Throwable cause) {}
      };

  private void finishWithTheLastBatch() {
    if (outbound.unsentBytes() <= 16_384) {
      outbound.finish();
    }
  }

  private void send() throws IOException {
    outbound.send(socket, handler);
  }

  @Test
  void smallFramesAreGathered() throws IOException {
    outbound.write(new byte[] {1, 2});
    outbound.write(new byte[0]);
    outbound.write(new byte[] {3});
    outbound.finish();

    send();

    assertThat(batches).containsExactly(new byte[] {1, 2, 3});
  }

  @Test
  void aLargeFrameIsCutAndTheNextOneRidesAlong() throws IOException {
    outbound.write(new byte[40_000]);
    outbound.write(new byte[10]);
    outbound.finish();

    send();

    assertThat(batches).extracting(batch -> batch.length).containsExactly(16_384, 16_384, 7_242);
  }

  @Test
  void onlyWhatWasFlushedLeaves() throws IOException {
    outbound.write(new byte[] {1});
    outbound.flush();
    outbound.write(new byte[] {2});
    uponWrite = outbound::finish;

    send();

    assertThat(batches).containsExactly(new byte[] {1}, new byte[] {2});
  }

  @Test
  void aBatchIsUnsentUntilItIsWritten() throws IOException {
    outbound.write(new byte[10]);
    outbound.finish();
    uponWrite = () -> assertThat(outbound.unsentBytes()).isEqualTo(10);

    send();

    assertThat(outbound.unsentBytes()).isZero();
    assertThat(outbound.sentBytes()).isEqualTo(10);
  }

  @Test
  void progressIsToldOnceBelowTheLimit() throws IOException {
    outbound.write(new byte[LIMIT + 16_384]); // one batch reaches the limit, the next is below it
    outbound.flush();
    uponWrite = this::finishWithTheLastBatch;

    send();

    assertThat(unsentAtProgress).containsExactly(LIMIT - 16_384L);
  }

  @Test
  void aBacklogBelowTheLimitIsNone() throws IOException {
    outbound.write(new byte[LIMIT - 1]);
    outbound.flush();
    uponWrite = this::finishWithTheLastBatch;

    send();

    assertThat(unsentAtProgress).isEmpty();
  }

  @Test
  void nobodyIsToldOfProgressAfterTheFinish() throws IOException {
    outbound.write(new byte[2 * LIMIT]);
    outbound.finish();

    send();

    assertThat(unsentAtProgress).isEmpty();
    assertThat(outbound.sentBytes()).isEqualTo(2L * LIMIT);
  }

  @Test
  void afterTheFinishNothingIsQueued() throws IOException {
    outbound.finish();
    outbound.write(new byte[10]);
    outbound.flush();

    send();

    assertThat(batches).isEmpty();
    assertThat(outbound.unsentBytes()).isZero();
  }

  @Test
  void givingUpLeavesNothingToSend() throws IOException {
    outbound.write(new byte[40_000]);
    outbound.flush();
    uponWrite = outbound::giveUp;

    send();

    assertThat(batches).hasSize(1);
    assertThat(outbound.unsentBytes()).isZero();
  }
}

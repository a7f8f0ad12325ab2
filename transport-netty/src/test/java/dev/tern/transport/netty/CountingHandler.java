package dev.tern.transport.netty;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what arrives, and does what a test wants at the first bytes. */
class CountingHandler implements ConnectionHandler {

  final Connection connection;
  final AtomicLong bytes = new AtomicLong();
  final CountDownLatch firstBytes = new CountDownLatch(1);
  final CountDownLatch endOfInput = new CountDownLatch(1);
  final CompletableFuture<@Nullable Throwable> closed = new CompletableFuture<>();

  CountingHandler(Connection connection) {
    this.connection = connection;
  }

  void uponBytes() {}

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    bytes.addAndGet(length);
    firstBytes.countDown();
    uponBytes();
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onEndOfInput() {
    endOfInput.countDown();
  }

  @Override
  public void onSendProgress() {}

  @Override
  public void onClosed(@Nullable Throwable cause) {
    closed.complete(cause);
  }
}

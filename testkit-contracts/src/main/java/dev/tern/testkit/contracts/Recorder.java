package dev.tern.testkit.contracts;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tern.core.runtime.IoThread;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A handler that writes down what it is told, lets a test wait for it, and notes every breach of
 * what must hold in each test: {@link #breaches}.
 */
final class Recorder implements ConnectionHandler {

  /** How long a test waits for what must happen: more than a busy machine needs. */
  static final long WAIT_SECONDS = 20;

  final Connection connection;
  private BiConsumer<Connection, byte[]> uponBytes = (connection, bytes) -> {};
  private Consumer<Connection> uponEnd = connection -> {};
  private Consumer<Connection> uponProgress = connection -> {};

  // Who is in the serial context now, as far as this handler can see.
  private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock:
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final List<String> breaches = new ArrayList<>();
  private @Nullable Thread reader;
  private int burst;
  private int readsCompleted;
  private int progress;
  private boolean ended;
  private int timesClosed;
  private @Nullable Throwable cause;

  Recorder(Connection connection) {
    this.connection = connection;
  }

  /** What to do in the context each time bytes have arrived, with those bytes. */
  Recorder uponBytes(BiConsumer<Connection, byte[]> action) {
    uponBytes = action;
    return this;
  }

  /** What to do in the context when the peer's input has ended. */
  Recorder uponEnd(Consumer<Connection> action) {
    uponEnd = action;
    return this;
  }

  /** What to do in the context when the backlog has gone. */
  Recorder uponProgress(Consumer<Connection> action) {
    uponProgress = action;
    return this;
  }

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    enter("onBytes");
    note(
        () -> {
          if (ended) {
            breaches.add("onBytes after onEndOfInput");
          }
          if (length <= 0) {
            breaches.add("onBytes with length " + length + " (expected: > 0)");
          }
          burst += length;
          if (burst > MAX_BURST_BYTES) {
            breaches.add(burst + " bytes since onReadComplete (expected: <= 65536)");
          }
          reader = Thread.currentThread();
          received.write(buffer, offset, length);
        });
    uponBytes.accept(connection, Arrays.copyOfRange(buffer, offset, offset + length));
    leave();
  }

  @Override
  public void onReadComplete() {
    note(
        () -> {
          checkNotClosed("onReadComplete");
          if (reader != null && !reader.equals(Thread.currentThread())) {
            breaches.add("onReadComplete on " + Thread.currentThread() + ", onBytes on " + reader);
          }
          if (!IoThread.isCurrent()) {
            breaches.add("onReadComplete on " + Thread.currentThread() + ", no IoThread");
          }
          burst = 0;
          readsCompleted++;
        });
  }

  @Override
  public void onEndOfInput() {
    enter("onEndOfInput");
    note(
        () -> {
          if (ended) {
            breaches.add("onEndOfInput a second time");
          }
          ended = true;
        });
    uponEnd.accept(connection);
    leave();
  }

  @Override
  public void onSendProgress() {
    enter("onSendProgress");
    note(
        () -> {
          progress++;
          if (connection.unsentBytes() >= Connection.SEND_PROGRESS_BYTES) {
            breaches.add("onSendProgress with " + connection.unsentBytes() + " unsent");
          }
        });
    uponProgress.accept(connection);
    leave();
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    enter("onClosed");
    leave();
    note(
        () -> {
          timesClosed++;
          this.cause = cause;
        });
  }

  private void enter(String call) {
    Thread other = inside.getAndSet(Thread.currentThread());
    note(
        () -> {
          if (Thread.currentThread().equals(other)) {
            breaches.add(call + " inside another call or task");
          } else if (other != null) {
            breaches.add(call + " at the same time as a call or task on " + other);
          }
          checkNotClosed(call);
        });
  }

  private void leave() {
    inside.set(null);
  }

  private void checkNotClosed(String call) {
    if (timesClosed > 0) {
      breaches.add(call + " after onClosed");
    }
  }

  private void note(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Runs a task in the serial context, waits for it, and hands its result over. */
  <T extends @Nullable Object> T ask(Function<Connection, T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    connection.execute(
        () -> {
          Thread other = inside.getAndSet(Thread.currentThread());
          if (other != null) {
            note(() -> breaches.add("a task at the same time as a call or task on " + other));
          }
          try {
            result.complete(task.apply(connection));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          } finally {
            leave();
          }
        });
    return result.orTimeout(WAIT_SECONDS, SECONDS).join();
  }

  /** Runs a task in the serial context and waits for it. */
  void run(Consumer<Connection> task) {
    ask(
        connection -> {
          task.accept(connection);
          return true;
        });
  }

  /** Writes each array, then flushes once. */
  void send(byte[]... frames) {
    run(
        connection -> {
          for (byte[] frame : frames) {
            connection.write(frame);
          }
          connection.flush();
        });
  }

  long unsentBytes() {
    return ask(Connection::unsentBytes);
  }

  long sentBytes() {
    return ask(Connection::sentBytes);
  }

  /** All bytes so far, once there are at least {@code count}. */
  byte[] awaitBytes(int count) {
    await(count + " bytes", () -> received.size() >= count);
    return bytes();
  }

  void awaitEndOfInput() {
    await("onEndOfInput", () -> ended);
  }

  /** The cause of the end, once it has come. */
  @Nullable Throwable awaitClosed() {
    await("onClosed", () -> timesClosed > 0);
    return cause;
  }

  void awaitProgress(int times) {
    await("onSendProgress " + times + " times", () -> progress >= times);
  }

  private void await(String what, BooleanSupplier condition) {
    lock.lock();
    try {
      long left = SECONDS.toNanos(WAIT_SECONDS);
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError("no " + what + " within " + WAIT_SECONDS + " s; " + this);
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what + "; " + this, e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a condition that no callback reports, by looking at it again and again. */
  static void eventually(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(what + ": not within " + WAIT_SECONDS + " s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Milliseconds since a moment of {@link System#nanoTime}. */
  static long millisSince(long start) {
    return NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  byte[] bytes() {
    lock.lock();
    try {
      return received.toByteArray();
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return received.size();
    } finally {
      lock.unlock();
    }
  }

  int readsCompleted() {
    lock.lock();
    try {
      return readsCompleted;
    } finally {
      lock.unlock();
    }
  }

  int progress() {
    lock.lock();
    try {
      return progress;
    } finally {
      lock.unlock();
    }
  }

  int timesClosed() {
    lock.lock();
    try {
      return timesClosed;
    } finally {
      lock.unlock();
    }
  }

  List<String> breaches() {
    lock.lock();
    try {
      return List.copyOf(breaches);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "so far: "
        + received.size()
        + " bytes, "
        + readsCompleted
        + " reads completed, "
        + (ended ? "input ended, " : "")
        + progress
        + " times progress, "
        + timesClosed
        + " times closed, cause "
        + cause
        + ", breaches "
        + breaches;
  }
}

package dev.tern.core.client;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.client.batch.Gathering;
import dev.tern.core.link.CancelSource;
import dev.tern.core.runtime.IoThread;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Calls that leave in one frame, and whose replies come back in one. Each is a call of its own all
 * the same, with its own result or failure, key, deadline and retries; another attempt leaves
 * alone. Made by {@link Client#batch()}.
 *
 * <pre>{@code
 * Batch batch = client.batch();
 * Batch.Item<Integer> sum = batch.add(ADD, new Pair(1, 2));
 * Batch.Item<Long> count = batch.add(INC, null);
 * batch.call();
 * int three = sum.result(); // or the exception of this call
 * }</pre>
 *
 * <p>A server that does not say that it reads batches gets the calls one by one. One that takes
 * fewer at once, or shorter frames, gets several batches. Calls with different timeouts leave in
 * different batches, as a batch is answered when its last call has ended. A filter of the client's
 * that waits keeps the others waiting, until their deadlines.
 *
 * <p>Not thread-safe until {@link #call} has returned; then any thread may ask the items.
 */
public final class Batch {
  private final Client client;
  private final @Nullable Duration timeout;
  private final List<Item<?>> items = new ArrayList<>();
  private boolean called;

  /**
   * One call of a batch.
   *
   * @param <R> the type of its result
   */
  public static final class Item<R extends @Nullable Object> {
    private final Client.Prepared<R> prepared;
    private @Nullable Reply<R> reply;
    private @Nullable Throwable failure;

    /** Written last: whoever sees it sees the outcome. */
    private volatile boolean hasEnded;

    private Item(Client.Prepared<R> prepared) {
      this.prepared = prepared;
    }

    /**
     * Its result.
     *
     * @throws RpcException if it has failed
     * @throws IllegalStateException before {@link Batch#call} has returned
     */
    public R result() {
      return reply().value();
    }

    /**
     * Its result, with what is known about how it came about.
     *
     * @throws RpcException if it has failed
     * @throws IllegalStateException before {@link Batch#call} has returned
     */
    public Reply<R> reply() {
      RuntimeException thrown = thrown();
      if (thrown != null) {
        throw thrown;
      }
      return Objects.requireNonNull(reply);
    }

    /**
     * Why it has failed; null if it has not. What else a filter has thrown is thrown here.
     *
     * @throws IllegalStateException before {@link Batch#call} has returned
     */
    public @Nullable RpcException failure() {
      return switch (thrown()) {
        case null -> null;
        case RpcException known -> known;
        case RuntimeException other -> throw other;
      };
    }

    private Client.Prepared<?> prepared() {
      return prepared;
    }

    private @Nullable RuntimeException thrown() {
      if (!hasEnded) {
        throw new IllegalStateException("asked before the batch was called (expected: after)");
      }
      return switch (failure) {
        case null -> null;
        case RuntimeException e -> e;
        case Error e -> throw e;
        case Throwable e -> new IllegalStateException(e);
      };
    }

    private void run(Client client, FirstAttempt first, long began, CancelSource cancel) {
      try {
        reply = client.run(prepared, first, began, cancel);
      } catch (Throwable e) { // whatever it was, nobody must hang
        failure = e;
      }
      hasEnded = true;
    }

    @Override
    public String toString() {
      String state = !hasEnded ? "not called" : failure == null ? "succeeded" : "failed";
      return "Item[" + prepared.request().method() + ", " + state + "]";
    }
  }

  Batch(Client client, @Nullable Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * Adds a call.
   *
   * @throws IllegalArgumentException as {@link Client#call} does
   * @throws IllegalStateException if the batch was called
   */
  public <P extends @Nullable Object, R extends @Nullable Object> Item<R> add(
      Method<P, R> method, P params) {
    return add(method, params, CallOptions.DEFAULT);
  }

  /**
   * Adds a call with options; their timeout counts from {@link #call} on.
   *
   * @throws IllegalArgumentException as {@link Client#call} does
   * @throws IllegalStateException if the batch was called
   */
  public <P extends @Nullable Object, R extends @Nullable Object> Item<R> add(
      Method<P, R> method, P params, CallOptions options) {
    return added(client.prepare(method, params, limited(options)));
  }

  /** Adds a call of a method by its name, as {@link #add(Method, Object, CallOptions)} does. */
  public <R extends @Nullable Object> Item<R> add(
      String method, @Nullable Object params, Class<R> result, CallOptions options) {
    return byName(method, params, result, options);
  }

  /** Adds a call by name whose result is of a generic type. */
  public <R extends @Nullable Object> Item<R> add(
      String method, @Nullable Object params, TypeRef<R> result, CallOptions options) {
    return byName(method, params, result.type(), options);
  }

  @SuppressWarnings({
    "unchecked", // the reader is made for this type
    "TypeParameterUnusedInFormals" // it stands beside it
  })
  private <R extends @Nullable Object> Item<R> byName(
      String method, @Nullable Object params, Type result, CallOptions options) {
    return added((Client.Prepared<R>) client.prepare(method, params, result, limited(options)));
  }

  /**
   * Adds a notification, which has no result, and no failure either once it has left.
   *
   * @throws IllegalArgumentException as {@link Client#notify} does
   * @throws IllegalStateException if the batch was called
   */
  public <P extends @Nullable Object> Item<@Nullable Void> notify(Method<P, ?> method, P params) {
    return notify(method, params, CallOptions.DEFAULT);
  }

  /** Adds a notification with options. */
  public <P extends @Nullable Object> Item<@Nullable Void> notify(
      Method<P, ?> method, P params, CallOptions options) {
    return added(client.prepareNotification(method, params, limited(options)));
  }

  private CallOptions limited(CallOptions options) {
    return timeout == null || options.timeout() != null ? options : options.withTimeout(timeout);
  }

  private <R extends @Nullable Object> Item<R> added(Client.Prepared<R> prepared) {
    refuseAnother("added to");
    Item<R> item = new Item<>(prepared);
    items.add(item);
    return item;
  }

  private void refuseAnother(String what) {
    if (called) {
      throw new IllegalStateException(
          "a batch that was called is " + what + " (expected: a new one)");
    }
  }

  /** How many calls were added. */
  public int size() {
    return items.size();
  }

  /**
   * Makes the calls, and waits until each has ended. Throws nothing for those that fail: ask each
   * item. If the thread is interrupted, those that have not ended are cancelled, and it stays
   * interrupted.
   *
   * @throws IllegalStateException if that was done before, and on an I/O thread
   */
  public void call() {
    IoThread.refuseToBlock("Batch.call");
    refuseAnother("called again");
    called = true;
    long now = client.nanoTime();
    CancelSource cancel = new CancelSource();
    List<FirstAttempt> made = client.makeFirst(items.stream().map(Item::prepared).toList(), now);
    Gathering gathering = new Gathering(items.size());
    CountDownLatch running = new CountDownLatch(items.size());
    for (int i = 0; i < items.size(); i++) {
      Item<?> item = items.get(i);
      FirstAttempt first = made == null ? FirstAttempt.in(gathering) : made.get(i);
      Runnable run =
          () -> {
            try {
              item.run(client, first, now, cancel);
              first.leave(); // if it has not: the others wait for it
            } finally {
              running.countDown();
            }
          };
      if (first.hasSucceeded()) {
        run.run();
      } else { // it may wait: for the others, or for another attempt
        client.startVirtual(run);
      }
    }
    await(running, cancel);
  }

  private static void await(CountDownLatch running, CancelSource cancel) {
    boolean interrupted = false;
    while (running.getCount() > 0) {
      try {
        running.await();
      } catch (InterruptedException e) {
        interrupted = true;
        cancel.cancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

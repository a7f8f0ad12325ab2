package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Methods that run on an executor of the user's. */
final class ExecutorLaneTest extends EveryTransport {
  private static final Method<Void, String> RUN = Method.of("test.run", Void.class, String.class);
  private static final Method<Void, String> HOLD = Method.of("test.hold", Void.class, String.class);

  private final ThreadPoolExecutor one =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          task -> new Thread(task, "users-own"));

  @AfterEach
  void endThreads() {
    gate.open();
    one.shutdownNow();
  }

  private Server serving(Executor executor) {
    return start(
        usualServer()
            .serve(RUN, Lane.of(executor), _ -> Thread.currentThread().getName())
            .serve(
                HOLD,
                Lane.of(executor),
                _ -> {
                  gate.pass();
                  return "held";
                }));
  }

  @Test
  @SuppressWarnings("NullAway") // the mistake that is looked for
  void noExecutorIsRefusedAtOnce() {
    assertThatNullPointerException()
        .isThrownBy(() -> Lane.of(null))
        .withMessage("executor: null (expected: one that runs its tasks)");
    assertThatNullPointerException()
        .isThrownBy(() -> Lane.pool(null))
        .withMessageStartingWith("name: null (expected: ");
  }

  @Test
  void aMethodRunsOnTheUsersThread() {
    assertThat(client(serving(one)).call(RUN)).isEqualTo("users-own");
  }

  @Test
  void row94_anExecutorThatWaitsHoldsNothingElseUp() {
    ExecutorService single = Executors.newSingleThreadExecutor();
    Executor waiting =
        task -> { // returns when the task has run, as a full pool's caller does that must wait
          CompletableFuture<Void> ran = CompletableFuture.runAsync(task, single);
          ran.join();
        };
    Client client = client(serving(waiting));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      calls.add(client.callAsync(RUN, null));
    }

    assertThat(client.call(ADD, new Pair(40, 2))).isEqualTo(42);
    calls.forEach(call -> assertThat(result(call)).isNotEmpty());
    single.shutdown();
  }

  @Test
  void theServerDoesNotShutTheExecutorDown() {
    Server server = serving(one);
    client(server).call(RUN);
    server.close();
    assertThat(one.isShutdown()).isFalse();
  }

  private void assertTheThirdIsBusy(Client client) {
    // The server has tried the executor before it listened; that holds the thread for a moment.
    eventually(() -> one.getCompletedTaskCount() == one.getTaskCount());
    CompletableFuture<String> runs = client.callAsync(HOLD, null);
    gate.awaitEntered(1);
    CompletableFuture<String> waits = client.callAsync(HOLD, null);
    eventually(() -> one.getQueue().size() == 1);

    RpcException busy = failure(() -> client.call(RUN));

    assertThat(busy.code()).isEqualTo("SERVER_BUSY");
    assertThat(busy.executed()).isEqualTo(Executed.NO);
    assertThat(busy).hasMessageContaining("the method's threads take no more calls");
    assertThat(busy.details()).containsKey("retry_after_ms");
    gate.open();
    assertThat(List.of(result(runs), result(waits))).containsExactly("held", "held");
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void row94_whatTheExecutorRejectsIsBusy() {
    assertTheThirdIsBusy(client(serving(one)));
  }

  @Test
  void row94_whatTheExecutorWouldRunInPlaceIsBusy() {
    one.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
    assertTheThirdIsBusy(client(serving(one)));
  }

  @Test
  void anExecutorThatAlwaysRunsInPlaceIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> serving(Runnable::run))
        .withMessageContaining("test.")
        .withMessageContaining("in place (expected: other threads)");
  }

  @Test
  void anExecutorThatThrowsAtTheStartIsRefusedByTheMethodsName() {
    IllegalArgumentException broken = new IllegalArgumentException("broken");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                serving(
                    _ -> {
                      throw broken;
                    }))
        .withMessageContaining("method test.")
        .withMessageContaining("throws (expected: one that runs its tasks)")
        .withCause(broken);
  }

  @Test
  void row94_anExecutorThatIsClosedLaterIsBusyAndEndsNobodysConnection() {
    ExecutorService closing = Executors.newSingleThreadExecutor();
    Client client = client(serving(closing));
    client.call(RUN);
    closing.shutdown();

    assertThat(failure(() -> client.call(RUN)).code()).isEqualTo("SERVER_BUSY");
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void row94_anExecutorThatThrowsWhateverIsBusy() {
    AtomicBoolean broken = new AtomicBoolean();
    Executor executor =
        task -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
          one.execute(task);
        };
    Client client = client(serving(executor));
    client.call(RUN);
    broken.set(true);

    assertThat(failure(() -> client.call(RUN)).executed()).isEqualTo(Executed.NO);
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void aTaskThatTheExecutorKeepsForLaterRunsThen() {
    List<Runnable> kept = new CopyOnWriteArrayList<>();
    Client client = client(serving(kept::add));
    CompletableFuture<String> call = client.callAsync(RUN, null);
    eventually(() -> kept.size() == 3); // two that listen has tried it with, and the call

    kept.forEach(Runnable::run);

    assertThat(result(call)).isEqualTo(Thread.currentThread().getName());
  }
}

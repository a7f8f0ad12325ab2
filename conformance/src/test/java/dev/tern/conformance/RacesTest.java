package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What ends a call at the same moment ends it once, and everything adds up afterwards. */
final class RacesTest extends EveryTransport {

  private static final long SEED = 0x5eed_0001L;
  private static final int ROUNDS = 20;
  private static final int CALLS_A_ROUND = 60;

  private static String outcome(CompletableFuture<Integer> call) {
    try {
      return "" + call.join();
    } catch (CancellationException e) {
      return "cancelled by the test";
    } catch (CompletionException e) {
      return e.getCause() instanceof RpcException rpc ? rpc.code() : "" + e.getCause();
    }
  }

  /** Deadlines pass, callers cancel and handlers return, all at once, on both ends. */
  @Test
  void everyCallEndsOnceWhateverEndsIt() {
    Random random = new Random(SEED);
    Method<Pair, Integer> slow = Method.of("race.slow", Pair.class, Integer.class);
    Method<Pair, Integer> read =
        Method.of("race.read", Pair.class, Integer.class).effect(Effect.READ);
    List<CountDownLatch> releases = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      releases.add(new CountDownLatch(1));
    }
    Server server =
        start(
            usualServer()
                .timers(clock)
                .serve(
                    slow,
                    p -> {
                      releases.get(p.a()).await();
                      return p.b();
                    })
                .serve(
                    read,
                    p -> {
                      releases.get(p.a()).await();
                      return p.b();
                    }));
    Client client = clockedClient(server.address());
    int made = 0;

    for (int round = 0; round < ROUNDS; round++) {
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS_A_ROUND; i++) {
        Method<Pair, Integer> method = random.nextBoolean() ? slow : read;
        Duration timeout = Duration.ofMillis(10 + random.nextInt(10));
        calls.add(client.callAsync(method, new Pair(round, i), CallOptions.timeout(timeout)));
        made++;
      }
      CountDownLatch release = releases.get(round);
      int wait = random.nextInt(15);
      Thread releasing = Thread.startVirtualThread(release::countDown);
      Thread cancelling =
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < CALLS_A_ROUND; i += 3) {
                  calls.get(i).cancel(true);
                }
              });
      clock.advance(Duration.ofMillis(wait));
      CompletableFuture<Void> all =
          CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new));
      advanceUntilDone(Duration.ofMillis(1), all.exceptionally(_ -> null));
      join(releasing);
      join(cancelling);

      for (int i = 0; i < CALLS_A_ROUND; i++) {
        assertThat(outcome(calls.get(i)))
            .as("call %s of round %s, seed %s", i, round, SEED)
            .isIn(Set.of("" + i, "TIMEOUT", "CANCELLED", "cancelled by the test"));
      }
    }

    int all = made;
    eventually(() -> server.stats().inFlight() == 0 && client.stats().inFlight() == 0);
    long ended = client.stats().byCode().values().stream().mapToLong(n -> n).sum();
    assertThat(ended).as("calls that the client counted, seed %s", SEED).isEqualTo(all);
    assertThat(client.call(ADD, new Pair(1, 2))).as("the connection lives on").isEqualTo(3);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  /** Connections die under calls: each call ends, and what is said not to have run has not. */
  @Test
  void aCallThatIsSaidNotToHaveRunHasNot() {
    Set<Integer> ran = ConcurrentHashMap.newKeySet();
    Method<Pair, Integer> note = Method.of("race.note", Pair.class, Integer.class);
    Server server =
        start(
            usualServer()
                .serve(
                    note,
                    p -> {
                      ran.add(p.a());
                      return p.a();
                    }));
    Random random = new Random(SEED);
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    int number = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Client client = client(server);
      int closedAt = random.nextInt(CALLS_A_ROUND);
      for (int i = 0; i < CALLS_A_ROUND; i++) {
        calls.add(client.callAsync(note, new Pair(number++, 0)));
        if (i == closedAt) {
          Thread.startVirtualThread(client::close);
        }
      }
    }
    for (int index = 0; index < calls.size(); index++) {
      try {
        assertThat(calls.get(index).join()).isEqualTo(index);
      } catch (CompletionException e) {
        assertThat(e.getCause()).isInstanceOf(RpcException.class);
        RpcException failure = (RpcException) e.getCause();
        assertThat(failure.code()).isEqualTo("UNAVAILABLE");
        if (failure.executed() == Executed.NO) {
          assertThat(ran).as("calls that ran, seed %s", SEED).doesNotContain(index);
        }
      }
    }
    eventually(() -> server.stats().inFlight() == 0);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}

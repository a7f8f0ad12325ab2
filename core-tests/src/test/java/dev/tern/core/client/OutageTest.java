package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that fails all calls for 30 seconds, at 100 new ones a second, by the manual clock. */
final class OutageTest extends RpcFixture {
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_129L);

  private static final Method<Void, Integer> GET =
      Method.<Void, Integer>of("get", Void.class, Integer.class).effect(Effect.READ);

  private static final int RATE = 100;
  private static final int OUTAGE_SECONDS = 30;

  /** A bucket begins with one second's credits. */
  private static final int FIRST_BUCKET = 10;

  private final AtomicInteger attempts = new AtomicInteger();
  private final Semaphore firsts = new Semaphore(0);
  private final List<CompletableFuture<Integer>> calls = new ArrayList<>();
  private volatile boolean isDown = true;

  private Server server(boolean hasRun) {
    Filter down =
        Filter.nonBlocking(
            (request, next) -> {
              attempts.incrementAndGet();
              Integer number = request.meta().get(Meta.ATTEMPT);
              if (number == null || number == 1) {
                firsts.release();
              }
              if (!isDown) {
                return next.handle(request);
              }
              if (hasRun) {
                request.mayHaveRun();
              }
              throw RpcException.refusal(ErrorCode.UNAVAILABLE, "down");
            });
    return start(
        Server.builder(transport).timers(clock).filter(down).serve(GET, Lane.INLINE, _ -> 7));
  }

  /** A second of calls, which begin by the clock and are not waited for. */
  private void second(Client client) {
    for (int i = 0; i < RATE; i++) {
      calls.add(client.callAsync(GET, null));
      firsts.acquireUninterruptibly();
      clock.advance(Duration.ofSeconds(1).dividedBy(RATE));
    }
  }

  private double shareOfSuccesses(int from) {
    long good =
        calls.subList(from, calls.size()).stream()
            .filter(call -> call.isDone() && !call.isCompletedExceptionally())
            .count();
    return (double) good / (calls.size() - from);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retriesAddAFifthAndTenASecond(boolean hasRun, TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    Environment environment = Environment.SYSTEM.withTimers(clock).withRandom(new Random(SEED));
    Server server = server(hasRun);
    Client client =
        client(server.address(), b -> b.environment(environment).retry(RetryPolicy.DEFAULT));

    for (int s = 0; s < OUTAGE_SECONDS; s++) {
      second(client);
    }
    double each = (double) (attempts.get() - FIRST_BUCKET) / calls.size();
    reporter.publishEntry("attempts a call", Double.toString(each));
    assertThat(shareOfSuccesses(0)).isZero();
    assertThat(each).isGreaterThan(1.2).isLessThanOrEqualTo(1.2 + 10.0 / RATE);

    isDown = false;
    int from = calls.size();
    second(client);
    reporter.publishEntry("goodput in the next second", Double.toString(shareOfSuccesses(from)));
    assertThat(shareOfSuccesses(from)).isGreaterThanOrEqualTo(0.95);
  }
}

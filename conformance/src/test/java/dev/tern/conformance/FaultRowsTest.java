package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Networks that are slow or cut, callers that are too many, and handlers that never end. */
@OverSockets
final class FaultRowsTest extends RpcFixture {
  private static final int RESETS = 300;
  private static final int CALLS = 200;

  /** More than a call's two frames with their hellos have together. */
  private static final int LONGEST_CUT = 400;

  private static final int CUT_STEP = 7;

  private static final Method<Void, Integer> READ =
      Method.<Void, Integer>of("test.read", Void.class, Integer.class).effect(Effect.READ);

  @Parameter TestTransport kind;

  @Override
  protected Transport newTransport() {
    return kind.create();
  }

  private static byte[] frame(String json) {
    byte[] frame = new byte[4 + json.length()];
    frame[3] = (byte) json.length();
    for (int i = 0; i < json.length(); i++) {
      frame[4 + i] = (byte) json.charAt(i);
    }
    return frame;
  }

  /** Sends bytes, and resets: what was sent may be lost with it. */
  private static void sendAndReset(Server server, byte[] bytes) {
    try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
      new DataOutputStream(socket.getOutputStream()).write(bytes);
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new AssertionError("the server lives, and accepts: " + e, e);
    }
  }

  @Test
  void row58_aStormOfResetsCostsNobodyElseACall() {
    Server server = start(usualServer());
    Client other = client(server);
    byte[] call = frame("{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}");
    byte[] half = new byte[] {0, 0, 1, 0, '{'};
    for (int i = 0; i < RESETS; i++) {
      sendAndReset(server, i % 2 == 0 ? half : call);
      assertThat(other.call(ADD, new Pair(i, 1))).isEqualTo(i + 1);
    }
    eventually(() -> server.stats().connections() == 1);
    gate.open(); // what is UNSAFE is not interrupted: it has run on until now
    eventually(() -> server.stats().inFlight() == 0);
  }

  @Test
  void row60_aConnectionThatIsCutAnywhereTellsTheTruth() {
    AtomicInteger runs = new AtomicInteger();
    Server server = start(Server.builder(transport).serve(READ, _ -> runs.incrementAndGet()));
    try (FaultProxy proxy = FaultProxy.to(server.address())) {
      for (Direction direction : Direction.values()) {
        for (int cut = 0; cut < LONGEST_CUT; cut += CUT_STEP) {
          proxy.cutAfter(direction, cut);
          tellsTheTruth(proxy, runs, direction + " cut after " + cut);
          proxy.cutAfter(direction, Long.MAX_VALUE);
        }
      }
    }
  }

  private void tellsTheTruth(FaultProxy proxy, AtomicInteger runs, String what) {
    int before = runs.get();
    Client client = client(proxy.address());
    try {
      assertThat(client.call(READ, null)).as(what).isEqualTo(before + 1);
    } catch (RpcException e) {
      if (e.executed() == Executed.NO) {
        assertThat(runs).as("%s: %s", what, e).hasValue(before);
      } else {
        assertThat(e.executed()).as("%s: %s", what, e).isEqualTo(Executed.MAYBE);
      }
    } finally {
      client.close();
    }
    // What it may have begun has ended before the next one counts.
    eventually(() -> proxy.connections() == 0);
  }

  @Test
  void row60_aSlowNetworkOnlyTakesItsTime() {
    Server server = start(usualServer());
    try (FaultProxy proxy = FaultProxy.to(server.address())) {
      for (Direction direction : Direction.values()) {
        proxy
            .delay(direction, Duration.ofMillis(5))
            .jitter(direction, Duration.ofMillis(5), 60)
            .drip(direction, 16, Duration.ofMillis(1))
            .slowClose(direction, Duration.ofMillis(20));
      }
      Client client = client(proxy.address());
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(client.callAsync(ADD, new Pair(i, 1)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(result(calls.get(i))).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void row60_oneKilobyteASecondIsTooSlowForThatCallAlone() {
    Server server = start(usualServer());
    try (FaultProxy proxy = FaultProxy.to(server.address())) {
      proxy.bandwidth(Direction.TO_SERVER, 1_000);
      Client slow = client(proxy.address(), b -> b.timeout(Duration.ofMillis(500)));
      RpcException late = failure(() -> slow.call(ECHO, new Text("x".repeat(10_000))));
      assertThat(late.code()).isEqualTo("TIMEOUT");
      assertThat(late.executed()).isEqualTo(Executed.MAYBE);
      assertThat(client(server).call(ADD, new Pair(1, 2))).isEqualTo(3);
    }
  }

  @Test
  void row64_aStormOfRetriesIsBounded() {
    AtomicInteger attempts = new AtomicInteger();
    Server server =
        start(
            Server.builder(transport)
                .serve(
                    READ,
                    _ -> {
                      attempts.incrementAndGet();
                      throw RpcException.refusal(ErrorCode.UNAVAILABLE, "down");
                    }));
    // On a clock that stands still no credits come but the calls' own, and no pause ends.
    Client client = client(server.address(), b -> b.timers(clock).retry(RetryPolicy.DEFAULT));
    List<CompletableFuture<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(client.callAsync(READ, null));
    }
    for (CompletableFuture<Integer> call : calls) {
      advanceUntilDone(Duration.ofMillis(1), call);
      assertThat(failure(call).code()).isEqualTo("UNAVAILABLE");
    }
    double seconds = clock.nanoTime() / 1e9;
    assertThat(attempts.get())
        .as("of %d calls in %.3f s", CALLS, seconds)
        .isGreaterThan(CALLS)
        .isLessThanOrEqualTo((int) (CALLS * 1.2 + 10 * (1 + seconds)));
  }

  @Test
  void row65_afterTenTimesTooMuchACallIsServedAtOnce() {
    Server server = start(usualServer().limit(ConcurrencyLimit.fixed(4).queue(4).fairShare(1)));
    Client client = client(server);
    List<CompletableFuture<String>> flood = new ArrayList<>();
    for (int i = 0; i < 10 * 8; i++) {
      flood.add(client.callAsync(WAIT, null));
    }
    eventually(() -> flood.stream().filter(CompletableFuture::isDone).count() == 9 * 8);
    assertThat(server.stats().inFlight()).isEqualTo(8);
    gate.open();
    flood.forEach(
        call -> {
          if (call.isCompletedExceptionally()) {
            assertThat(failure(call).executed()).isEqualTo(Executed.NO);
          } else {
            assertThat(result(call)).isEqualTo("waited");
          }
        });
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    eventually(() -> server.stats().inFlight() == 0);
  }

  @Test
  void row66_aHandlerThatNeverEndsCostsItsCallAlone() {
    Method<Void, String> deaf = Method.of("test.deaf", Void.class, String.class);
    Server server = start(usualServer().serve(deaf, _ -> passWhateverHappens()));
    Client client = client(server);
    Client hasty = client(server.address(), b -> b.timeout(Duration.ofMillis(200)));
    RpcException late = failure(() -> hasty.call(deaf, null));
    assertThat(late.code()).isEqualTo("TIMEOUT");
    assertThat(late.executed()).isEqualTo(Executed.MAYBE);
    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
    assertThat(server.stats().inFlight()).as("it still runs, and still counts").isEqualTo(1);
    gate.open();
    eventually(() -> server.stats().inFlight() == 0);
    assertThat(client.call(deaf, null)).isEqualTo("at last");
  }

  private String passWhateverHappens() {
    while (true) {
      try {
        gate.pass();
        return "at last";
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }
}

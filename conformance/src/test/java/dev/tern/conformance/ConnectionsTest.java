package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.runtime.Backoff;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections come and go: whose calls end, with which verdict, and what opens the next one. */
final class ConnectionsTest extends EveryTransport {

  /** The server has had the last word. */
  private static void assertCutOff(RpcException e) {
    assertThat(e.isRemote()).isTrue();
    assertThat(e.code() + " " + e.executed()).isEqualTo("UNAVAILABLE " + Executed.MAYBE);
    assertThat(e).hasMessageContaining("the server shut down in the handler");
  }

  private static void assertUnavailable(RpcException e, Executed executed) {
    assertThat(e.code()).isEqualTo("UNAVAILABLE");
    assertThat(e.executed()).isEqualTo(executed);
    assertThat(e.isRemote()).isFalse();
  }

  /** Where somebody listened once. */
  private InetSocketAddress nobodysAddress() {
    RawPeer.Listening server = rawServer();
    server.close();
    return server.address();
  }

  @Test
  void aRefusedConnectIsSaidInPlainWords() {
    InetSocketAddress address = nobodysAddress();

    RpcException e = failure(() -> client(address).call(ADD, new Pair(1, 2)));

    assertUnavailable(e, Executed.NO);
    assertThat(e.details()).containsEntry("stage", "connecting");
    assertThat(e).hasMessageContaining("" + address.getPort());
    assertThat(e.getMessage()).doesNotContain("Exception");
  }

  @Test
  void oneConnectionCarriesAllCalls() {
    Server server = start(usualServer());
    Client client = client(server);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.callAsync(WAIT, null));
    }
    gate.awaitEntered(100);

    assertThat(server.stats().connections()).isEqualTo(1);
    gate.open();
    calls.forEach(EveryTransport::result);
  }

  @Test
  void whenTheConnectionBreaksWhatWasSentMayHaveRunAndWhatWasNotDidNot() {
    RawPeer.Listening server = rawServer();
    Client client =
        client(
            server.address(), b -> b.timers(clock).limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 2)));
    CompletableFuture<String> first = client.callAsync(WAIT, null);
    RawPeer peer = server.accept();
    peer.read();
    CompletableFuture<String> second = client.callAsync(WAIT, null);
    peer.read();
    CompletableFuture<String> queued = client.callAsync(WAIT, null);
    server.close(); // what never left is sent over another connection, if there is one
    eventually(() -> client.stats().inFlight() == 3);

    peer.abort();

    assertUnavailable(failure(first), Executed.MAYBE);
    assertUnavailable(failure(second), Executed.MAYBE);
    assertUnavailable(failure(queued), Executed.NO);
  }

  @Test
  void whatNeverLeftTakesTheNextConnection() {
    RawPeer.Listening server = rawServer();
    Client client =
        client(
            server.address(), b -> b.timers(clock).limits(Limits.DEFAULT.with(Bound.IN_FLIGHT, 1)));
    CompletableFuture<String> sent = client.callAsync(WAIT, null);
    RawPeer peer = server.accept();
    peer.read();
    CompletableFuture<Integer> queued = client.callAsync(ADD, new Pair(1, 2));
    eventually(() -> client.stats().inFlight() == 2);

    peer.abort();
    RawPeer next = server.accept();
    var request = next.read();
    next.send("{\"id\":" + request.get("id") + ",\"ok\":true,\"result\":3}");

    assertThat(result(queued)).isEqualTo(3);
    assertUnavailable(failure(sent), Executed.MAYBE);
  }

  @Test
  void aServerThatIsKilledFreesItsCallersAtOnce() {
    Server server = start(usualServer());
    Client client = client(server);
    CompletableFuture<String> call = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    server.close(Duration.ZERO);

    assertCutOff(failure(call));
  }

  @Test
  void laterCallsConnectAgain() {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    CompletableFuture<String> first = client.callAsync(WAIT, null);
    RawPeer peer = server.accept();
    peer.read();
    peer.abort();
    failure(first);

    CompletableFuture<Integer> second = client.callAsync(ADD, new Pair(1, 2));
    RawPeer next = server.accept();
    next.send("{\"id\":" + next.read().get("id") + ",\"ok\":true,\"result\":3}");

    assertThat(result(second)).isEqualTo(3);
    eventually(() -> client.stats().connections() == 1);
  }

  @Test
  void aConnectionThatTheServerHasClosedIsNotUsedAgain() {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    CompletableFuture<Integer> first = client.callAsync(ADD, new Pair(1, 2));
    RawPeer peer = server.accept();
    peer.send("{\"id\":" + peer.read().get("id") + ",\"ok\":true,\"result\":3}");
    result(first);

    peer.close();
    eventually(() -> client.stats().connections() == 0);
    CompletableFuture<Integer> second = client.callAsync(ADD, new Pair(1, 2));
    RawPeer next = server.accept();
    next.send("{\"id\":" + next.read().get("id") + ",\"ok\":true,\"result\":3}");

    assertThat(result(second)).isEqualTo(3);
  }

  /** The manual clock, and the same chance each time. */
  private Environment seeded() {
    return Environment.SYSTEM.withTimers(clock).withRandom(new Random(7));
  }

  @Test
  void connectsAgainAtABackoffThatGrowsToItsCeiling() {
    FailingTransport failing = new FailingTransport(transport);
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    Client client =
        client(failing, nobodysAddress(), b -> b.environment(seeded()).backoff(backoff));
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      long before = clock.nanoTime();
      CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
      advanceUntilAttempt(failing, i + 1, call);
      assertUnavailable(failure(call), Executed.NO);
      waits.add((clock.nanoTime() - before) / 1_000_000);
    }

    assertThat(waits.getFirst()).as("the first attempt comes at once").isLessThan(100);
    for (int failures = 1; failures < waits.size(); failures++) {
      long whole = Math.min(1_000, 100L << (failures - 1));
      assertThat(waits.get(failures))
          .as("wait after %s failures, half of %s by chance", failures, whole)
          .isBetween(whole / 2, whole + 20); // the clock moves in steps of up to 10 ms
    }
  }

  /** Moves the clock on until there was that attempt to connect, and its call has ended. */
  private void advanceUntilAttempt(
      FailingTransport failing, int attempt, CompletableFuture<Integer> call) {
    eventually(
        () -> {
          if (failing.attempts() < attempt && clock.pending() >= 2) {
            clock.advance(Duration.ofMillis(5)); // the attempt's timer and the call's deadline
          }
          return call.isDone();
        });
  }

  private static final class Deaf implements ConnectionHandler {
    @Override
    public void onBytes(byte[] buffer, int offset, int length) {}

    @Override
    public void onReadComplete() {}

    @Override
    public void onEndOfInput() {}

    @Override
    public void onSendProgress() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }

  /** When this client tries to connect to a server that accepts and closes at once. */
  private List<Long> attemptsAtAFlappingServer(int attempts, Backoff backoff) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Transport.Listener flapping =
        transport.listen(
            any,
            connection -> {
              connection.close();
              return new Deaf();
            });
    List<Long> times = new CopyOnWriteArrayList<>();
    Transport counting = new CountingTransport(transport, () -> times.add(clock.nanoTime()));
    Client client =
        client(counting, flapping.address(), b -> b.environment(seeded()).backoff(backoff));
    while (times.size() < attempts) {
      CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
      eventually(
          () -> {
            if (!call.isDone() && clock.pending() >= 2) {
              clock.advance(Duration.ofMillis(5)); // the attempt's timer and the call's deadline
            }
            return call.isDone();
          });
      failure(call);
    }
    flapping.close();
    return times;
  }

  @Test
  void aServerThatAcceptsAndClosesAtOnceIsApproachedAtABackoff() throws IOException {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

    List<Long> times = attemptsAtAFlappingServer(6, backoff);

    for (int i = 2; i < 6; i++) { // the second attempt comes at once: the server may have restarted
      long whole = Math.min(1_000, 100L << (i - 2));
      assertThat((times.get(i) - times.get(i - 1)) / 1_000_000)
          .as("wait before attempt %s", i + 1)
          .isGreaterThanOrEqualTo(whole / 2);
    }
  }

  /** When this client tries to connect to a server that speaks something else. */
  private List<Long> attemptsAtAnotherProtocol(int attempts, Dialect dialect) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Transport.Listener web =
        transport.listen(
            any,
            connection -> {
              connection.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
              connection.flush();
              connection.close();
              return new Deaf();
            });
    List<Long> times = new CopyOnWriteArrayList<>();
    Transport counting = new CountingTransport(transport, () -> times.add(clock.nanoTime()));
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));
    Client client =
        client(
            counting,
            web.address(),
            b -> b.environment(seeded()).backoff(backoff).dialect(dialect));
    while (times.size() < attempts) {
      CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
      advanceUntilDone(Duration.ofMillis(5), call);
      failure(call);
    }
    web.close();
    return times;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row90_aServerOfAnotherProtocolIsApproachedAtABackoff(Dialect dialect) throws IOException {
    List<Long> times = attemptsAtAnotherProtocol(6, dialect);

    for (int i = 2; i < 6; i++) {
      long whole = Math.min(1_000, 100L << (i - 2));
      assertThat((times.get(i) - times.get(i - 1)) / 1_000_000)
          .as("wait before attempt %s", i + 1)
          .isGreaterThanOrEqualTo(whole / 2);
    }
  }

  @Test
  void aReplyMakesUpForConnectionsThatEndedUnheard() {
    RawPeer.Listening server = rawServer();
    Client client = clockedClient(server.address());
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Integer> lost = client.callAsync(ADD, new Pair(1, 2));
      RawPeer peer = server.accept();
      peer.read();
      peer.abort();
      assertUnavailable(failure(lost), Executed.MAYBE);

      CompletableFuture<Integer> answered = client.callAsync(ADD, new Pair(1, 2));
      RawPeer next = server.accept(); // the clock stands still: it did not wait
      next.send("{\"id\":" + next.read().get("id") + ",\"ok\":true,\"result\":3}");
      assertThat(result(answered)).isEqualTo(3);
      next.close();
      eventually(() -> client.stats().connections() == 0);
    }
  }

  @Test
  void aBareCallThatItsCallerEndsSaysNothingAboutTheServer() {
    RawPeer.Listening server = rawServer();
    Client client = client(server.address(), b -> b.timers(clock).dialect(Dialect.BARE));
    for (int i = 0; i < 4; i++) {
      CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
      server.accept().read(); // the clock stands still: it did not wait
      call.cancel(true);
      eventually(() -> client.stats().connections() == 0);
    }
  }

  @Test
  void aServerThatComesBackIsFoundAgain() {
    FailingTransport failing = new FailingTransport(transport);
    Client client = client(failing, start(usualServer()).address(), b -> b.timers(clock));
    assertUnavailable(failure(() -> client.call(ADD, new Pair(1, 2))), Executed.NO);

    failing.recover();
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
    advanceUntilDone(Duration.ofMillis(10), call);

    assertThat(result(call)).isEqualTo(3);
  }

  @Test
  void aServerThatClosesLetsRunningCallsFinish() {
    Server server = start(usualServer());
    Client client = client(server);
    CompletableFuture<String> call = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
    eventually(() -> refuses(server.address()));
    assertThat(closed).isNotDone();
    gate.open();

    assertThat(result(call)).isEqualTo("waited");
    result(closed);
    assertThat(server.stats().connections()).isZero();
  }

  private boolean refuses(InetSocketAddress address) {
    try {
      RawPeer.connect(transport, address).close();
      return false;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void aServerThatClosesWaitsNoLongerThanTheGrace() {
    Server server = start(usualServer().timers(clock));
    CompletableFuture<String> call = client(server).callAsync(WAIT, null);
    gate.awaitEntered(1);
    CompletableFuture<Integer> closed = stopping(() -> server.close(Duration.ofSeconds(3)));

    clock.advance(Duration.ofSeconds(3));

    assertCutOff(failure(call));
    assertThat(result(closed)).isEqualTo(1);
  }

  @Test
  void closingAServerTwiceIsHarmless() {
    Server server = start(usualServer());
    client(server).call(ADD, new Pair(1, 2));
    server.close();
    server.close();

    assertThat(server.stats().connections()).isZero();
  }

  @Test
  void aNegativeGraceIsRefusedAndClosesNothing() {
    Server server = start(usualServer());
    Client client = client(server);

    for (Consumer<Duration> close : List.<Consumer<Duration>>of(server::close, client::close)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> close.accept(Duration.ofMillis(-1)))
          .withMessage("grace: PT-0.001S (expected: 0 or more)");
    }

    assertThat(client.call(ADD, new Pair(1, 2))).isEqualTo(3);
  }

  @Test
  void aGraceWithoutAnEndIsAVeryLongOne() {
    Server server = start(usualServer());
    Client client = client(server);
    client.call(ADD, new Pair(1, 2));

    client.close(ChronoUnit.FOREVER.getDuration());

    assertThat(server.close(ChronoUnit.FOREVER.getDuration())).isZero();
  }

  @Test
  void aKeyThatCannotBeAnIdIsRefusedInTheBareDialect() {
    Client client = client(start(usualServer()).address(), b -> b.dialect(Dialect.BARE));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> client.call(ADD, new Pair(1, 2), CallOptions.DEFAULT.withKey("x".repeat(129))))
        .withMessageContaining("key");
    assertThat(client.call(ADD, new Pair(1, 2), CallOptions.DEFAULT.withKey("x".repeat(128))))
        .isEqualTo(3);
  }

  @Test
  void closingAClientFailsItsCalls() {
    Client client = client(start(usualServer()));
    CompletableFuture<String> call = client.callAsync(WAIT, null);
    gate.awaitEntered(1);

    client.close();

    assertUnavailable(failure(call), Executed.MAYBE);
  }

  @Test
  void closingAClientFailsCallsThatStillConnect() {
    StuckTransport stuck = new StuckTransport(transport);
    Client client = client(stuck, start(usualServer()).address(), b -> b.timers(clock));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
    stuck.awaitAttempt();

    client.close();

    assertUnavailable(failure(call), Executed.NO);
    stuck.letGo();
  }

  @Test
  void aConnectionThatIsOpenedTooLateIsClosedAgain() {
    StuckTransport stuck = new StuckTransport(transport);
    Server server = start(usualServer());
    Client client = client(stuck, server.address(), b -> b.timers(clock));
    CompletableFuture<Integer> call = client.callAsync(ADD, new Pair(1, 2));
    stuck.awaitAttempt();
    client.close();
    failure(call);

    stuck.letGo();

    eventually(() -> stuck.connects() == 1 && server.stats().connections() == 0);
  }

  @Test
  void aClosedClientRefusesCalls() {
    Client client = client(start(usualServer()));
    client.close();

    RpcException e = failure(() -> client.call(ADD, new Pair(1, 2)));

    assertUnavailable(e, Executed.NO);
    assertThat(e).hasMessageContaining("closed");
  }
}

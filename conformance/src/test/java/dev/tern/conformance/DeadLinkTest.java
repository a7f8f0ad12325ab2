package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Peers that are gone without a word, on a real network and by a real clock: how long it takes
 * until they are noticed, against what interval and timeout say. {@code HeartbeatTest} has the
 * rules, by a manual clock. Rows 56 and 57 of docs/PROMISES.md.
 */
@Tag("slow")
@Timeout(120)
final class DeadLinkTest {
  private static final Duration INTERVAL = Duration.ofMillis(300);
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  /** Of servers, longer than five hundred peers take to connect. */
  private static final Duration SERVER_INTERVAL = Duration.ofSeconds(1);

  private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** A connection that closes waits so long for the peer's end. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** What a busy machine may add. */
  private static final Duration LATE = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final CallOptions LONG = CallOptions.timeout(Duration.ofMinutes(1));

  private static final int VANISHING = 500;

  /** Half of them have a call that runs, and have said hello. */
  private static final int WAITING = VANISHING / 2;

  private static final Method<TestService.Add, Long> ADD =
      Method.of("add", TestService.Add.class, Long.class).effect(Effect.READ);
  private static final Method<TestService.Sleep, Long> SLEEP =
      Method.of("sleep", TestService.Sleep.class, Long.class).effect(Effect.READ);
  private static final Method<TestService.Echo, Object> ECHO =
      Method.of("echo", TestService.Echo.class, Object.class).effect(Effect.READ);

  /** A quarter says no hello, a quarter has no call that runs; none reads a second byte. */
  private static final String PEERS =
      """
      import socket, struct, sys

      def frame(text):
          payload = text.replace("'", '"').encode()
          return struct.pack(">I", len(payload)) + payload

      HELLO = frame("{'id':'h','method':'rpc.hello','params':{'accepts':['rpc.goaway','rpc.ping']},'meta':{}}")
      ADD = frame("{'id':1,'method':'add','params':[1,2],'meta':{}}")
      SLEEP = frame("{'id':1,'method':'sleep','params':[60000],'meta':{}}")
      SAID = [ADD, HELLO + ADD, HELLO + SLEEP, HELLO + SLEEP]

      host, count, ports = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
      peers = [socket.create_connection((host, int(port))) for port in ports for _ in range(count)]
      for number, peer in enumerate(peers):
          peer.sendall(SAID[number % 4])
      for peer in peers:
          peer.recv(1)
      print("ready", flush=True)
      sys.stdin.read()
      """;

  @SuppressWarnings("NullAway.Init") // by connect(), before all tests
  private static FarMachine far;

  @SuppressWarnings("NullAway.Init") // likewise
  private static ServeProcess farServer;

  @BeforeAll
  static void connect() throws Exception {
    far = FarMachine.orSkip();
    try {
      farServer = ServeProcess.start(far, "--heartbeat", "1s", "--log", "error");
    } catch (IOException | AssertionError e) {
      far.close();
      throw e;
    }
  }

  @AfterAll
  static void disconnect() throws Exception {
    if (farServer != null) { // else the tests were skipped
      farServer.close();
      farServer.process().waitFor();
      far.close();
    }
  }

  /** A client of the far server, which has answered its hello. */
  private record Near(TestTransport kind, Transport transport, Client client)
      implements AutoCloseable {
    static Near open(TestTransport kind) {
      Transport transport = kind.create();
      Client client =
          Client.builder(transport)
              .retry(RetryPolicy.NONE)
              .heartbeat(INTERVAL, TIMEOUT)
              .connectTimeout(Duration.ofMillis(500))
              .connect(far.there(), farServer.port());
      Near near = new Near(kind, transport, client);
      near.callInTime();
      client.call(SLEEP, new TestService.Sleep(100));
      return near;
    }

    void callInTime() {
      assertThat(client.call(ADD, new TestService.Add(40, 2))).isEqualTo(42);
    }

    @Override
    public void close() {
      client.close();
      transport.close();
    }
  }

  /** How a call has ended, and when. */
  private record Ended(String what, long nanos, @Nullable Throwable failure) {
    static CompletableFuture<Ended> of(String what, CompletableFuture<?> call) {
      return call.handle((_, failure) -> new Ended(what, System.nanoTime(), failure));
    }
  }

  /** What happens to the link. */
  private interface Change {
    void make() throws IOException, InterruptedException;
  }

  @Test
  void row56_aServerWhoseRepliesAreLostIsLeftWithinIntervalAndTimeout() throws Exception {
    leftInTime(far::dropWhatComes, far::letCome, _ -> List.of());
  }

  @Test
  void row57_aServerWhoseLinkDiesIsLeftInTimeAlsoInTheMiddleOfAWrite() throws Exception {
    String large = "x".repeat(8 << 20);
    leftInTime(
        far::pull,
        far::plug,
        near ->
            List.of(
                Ended.of(
                    near.kind() + ", being written",
                    near.client().callAsync(ECHO, new TestService.Echo(large), LONG))));
  }

  private void leftInTime(
      Change cut, Change mend, Function<Near, List<CompletableFuture<Ended>>> afterwards)
      throws Exception {
    try (Near threads = Near.open(TestTransport.THREADS);
        Near netty = Near.open(TestTransport.NETTY)) {
      List<Near> all = List.of(threads, netty);
      List<CompletableFuture<Ended>> calls = new ArrayList<>();
      for (Near near : all) {
        CompletableFuture<Long> waiting =
            near.client().callAsync(SLEEP, new TestService.Sleep(60_000), LONG);
        calls.add(Ended.of(near.kind() + ", waiting", waiting));
        near.callInTime(); // behind it on the connection: it is at the server
      }
      long since = System.nanoTime();
      cut.make();
      try {
        all.forEach(near -> calls.addAll(afterwards.apply(near)));
        for (CompletableFuture<Ended> call : calls) {
          expectLeftInTime(call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS), since);
        }
      } finally {
        mend.make();
      }
      all.forEach(Near::callInTime); // on a new connection
    }
  }

  private static void expectLeftInTime(Ended call, long since) {
    Duration took = Duration.ofNanos(call.nanos() - since);
    say("%s: ended %s after the link".formatted(call.what(), took));
    assertThat(call.failure())
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo("UNAVAILABLE");
              assertThat(e.executed()).isEqualTo(Executed.MAYBE);
              assertThat(e).hasMessageContaining("the server is gone: nothing heard for");
            });
    assertThat(took).isBetween(TIMEOUT, INTERVAL.plus(TIMEOUT).plus(LATE));
  }

  private static void say(String words) {
    System.out.println("DeadLinkTest " + words);
  }

  /** A server near here, and one client of it that must never notice. */
  private static final class Vanishing implements AutoCloseable {
    private final TestTransport kind;
    private final Transport transport;
    final Server server;
    private final Client client;
    private final CountDownLatch enough = new CountDownLatch(1);
    private final CompletableFuture<Integer> served = new CompletableFuture<>();

    Vanishing(TestTransport kind) throws IOException {
      this.kind = kind;
      // By default a server on threads has as many places as there are peers that vanish.
      transport = kind == TestTransport.THREADS ? new ThreadsTransport() : kind.create();
      server =
          new TestService()
              .offer(Server.builder(transport))
              .heartbeat(SERVER_INTERVAL, SERVER_TIMEOUT)
              .idleTimeout(IDLE)
              .listen(new InetSocketAddress(far.here(), 0));
      client = Client.builder(transport).retry(RetryPolicy.NONE).connect(server.address());
    }

    void callUntilEnough() {
      Thread.ofPlatform().daemon().start(() -> completed(this::callOthers));
    }

    private void completed(Callable<Integer> calls) {
      try {
        served.complete(calls.call());
      } catch (Throwable e) { // an assertion's error, too, is for the thread of the test
        served.completeExceptionally(e);
      }
    }

    /** By a connection that has long been there, and each time by a new one. */
    private int callOthers() throws InterruptedException {
      int calls = 0;
      CallOptions soon = CallOptions.timeout(Duration.ofSeconds(1));
      client.call(ADD, new TestService.Add(40, 2), LONG); // when it has a place
      while (!enough.await(10, TimeUnit.MILLISECONDS)) {
        assertThat(client.call(ADD, new TestService.Add(40, 2), soon)).isEqualTo(42);
        try (ScriptedPeer peer = ScriptedPeer.connect(server.address())) {
          BadInput.expectAlive(peer);
        }
        calls += 2;
      }
      return calls;
    }

    long running() {
      return server.stats().inFlight();
    }

    int enough() throws Exception {
      enough.countDown();
      return served.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Those that were there before, but for the client's own and a new one at most. */
    boolean isLeftByAll() {
      return server.stats().connections() <= 2;
    }

    boolean isLeftByThoseThatWait() {
      return server.stats().count(Oddity.DEAD_PEER) >= WAITING;
    }

    @Override
    public void close() {
      enough.countDown();
      client.close();
      server.close(Duration.ZERO);
      transport.close();
    }
  }

  @Test
  void row56_fiveHundredPeersThatVanishAreGoneInTimeAndOthersAreServedMeanwhile() throws Exception {
    try (Vanishing threads = new Vanishing(TestTransport.THREADS);
        Vanishing netty = new Vanishing(TestTransport.NETTY)) {
      List<Vanishing> both = List.of(threads, netty);
      Process peers = peersOf(both);
      try {
        assertThat(Python.firstLine(peers)).isEqualTo("ready");
        both.forEach(Vanishing::callUntilEnough);
        long since = System.nanoTime();
        far.pull();

        Duration noticed = SERVER_INTERVAL.plus(SERVER_TIMEOUT);
        expectAll(both, Vanishing::isLeftByThoseThatWait, since, noticed);
        await().until(() -> both.stream().allMatch(each -> each.running() <= 1));
        // An idle connection is kept for less than twice its limit; then it is told to go.
        Duration most = IDLE.multipliedBy(2).plus(noticed).plus(LINGER);
        expectAll(both, Vanishing::isLeftByAll, since, most);
        for (Vanishing each : both) {
          say("%s: meanwhile %s calls of others, failed 0".formatted(each.kind, each.enough()));
        }
      } finally {
        peers.destroyForcibly().waitFor();
        far.plug();
      }
    }
  }

  private static Process peersOf(List<Vanishing> servers) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("python3", "-c", PEERS, far.here(), "" + VANISHING));
    servers.forEach(each -> command.add("" + each.server.port()));
    return new ProcessBuilder(far.command(command)).redirectErrorStream(true).start();
  }

  private static void expectAll(
      List<Vanishing> servers, Predicate<Vanishing> left, long since, Duration most) {
    List<Vanishing> waiting = new ArrayList<>(servers);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              for (Vanishing each : List.copyOf(waiting)) {
                if (left.test(each)) {
                  waiting.remove(each);
                  Duration took = Duration.ofNanos(System.nanoTime() - since);
                  say("%s: left %s after the link (expected: %s)".formatted(each.kind, took, most));
                  assertThat(took).isLessThan(most.plus(LATE));
                }
              }
              return waiting.isEmpty();
            });
  }
}

package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Oddity;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the log of a server, and what does not. */
final class LogTest extends EveryTransport {

  record Positive(int value) {
    Positive {
      if (value == 0) {
        throw new IllegalStateException("a bug of the record's");
      }
      if (value < 0) {
        throw new IllegalArgumentException("must be positive");
      }
    }
  }

  private static final Method<Void, String> LOGGED =
      Method.of("test.logged", Void.class, String.class).effect(Effect.READ);
  private static final Method<Positive, Integer> POSITIVE =
      Method.of("test.positive", Positive.class, Integer.class);

  private LogCapture log;

  @BeforeEach
  void beginCapture() {
    log = new LogCapture();
  }

  @AfterEach
  void endCapture() {
    log.close();
  }

  private Server serving(Procedure<Void, String> procedure) {
    return start(usualServer().timers(clock).serve(LOGGED, procedure));
  }

  private static String incidentOf(RpcException e) {
    assertThat(e.code()).isEqualTo("INTERNAL");
    return String.valueOf(e.details().get("incident"));
  }

  // --- attempts ---

  /** Of each attempt its code, its verdict and its times, that between them among those. */
  @Test
  void aCallOfSeveralAttemptsIsOneLine() {
    Server server =
        serving(
            _ -> {
              clock.advance(Duration.ofMillis(7));
              throw RpcException.refusal(
                  ErrorCode.SERVER_BUSY, "full", Map.of("retry_after_ms", 200), null);
            });
    Client client =
        client(
            server.address(),
            b ->
                b.environment(Environment.SYSTEM.withTimers(clock).withRandom(() -> 0))
                    .timeout(Duration.ofHours(1))
                    .retry(RetryPolicy.DEFAULT.withAttempts(2)));
    try (LogCapture attempts = new LogCapture(Level.INFO, "dev.tern.attempts")) {
      CompletableFuture<String> call = client.callAsync(LOGGED, null);
      advanceUntilDone(Duration.ofMillis(200), call);
      failure(call);

      assertThat(attempts.line("method=test.logged"))
          .matches(
              "method=test.logged endpoint=127.0.0.1:\\d+ attempts=2 code=SERVER_BUSY executed=no"
                  + " history=\"SERVER_BUSY no waited=0ms began=0ms took=\\d*7ms;"
                  + " SERVER_BUSY no waited=200ms began=\\d+ms took=\\d*7ms\"");
      LogCapture.awaitQuiet();
      assertThat(attempts.holding("history=")).hasSize(1);
    }
  }

  // --- calls ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\\\" method=transfer code=OK \\\"",
        "a\\\\",
        "\u202eevil",
        "a b=c",
        "\u2028WARN dev.tern.calls id=7"
      })
  void row91_anIdOfThePeersCannotForgeALine(String escaped) {
    Server server = serving(_ -> fail());
    RawPeer peer = rawClient(server);

    peer.send("{\"id\":\"" + escaped + "\",\"method\":\"test.logged\",\"meta\":{}}");
    peer.read();

    String line = log.line("method=test.logged dialect=v1 .*code=INTERNAL");
    assertThat(line).matches("id=\"(?:[^\"\\\\]|\\\\.)*\" method=test.logged dialect=v1 latency.*");
    assertThat(line.chars().noneMatch(c -> c > '~')).as(line).isTrue();
  }

  private static String fail() {
    throw new IllegalStateException("a bug");
  }

  @Test
  void aResultThatIsTooLargeIsLoggedAsThat() {
    Server server = start(usualServer().frameBytes(1_000).serve(LOGGED, _ -> "x".repeat(999)));

    failure(() -> client(server).call(LOGGED, null));

    log.line("method=test.logged dialect=v1 latency_us=[0-9]+ code=TOO_LARGE in_flight=1");
  }

  @Test
  void aCallThatIsRefusedIsLoggedWithItsLatency() {
    failure(() -> client(start(usualServer())).call("test.unknown", null, Object.class));

    log.line("method=test.unknown dialect=v1 latency_us=[0-9]+ code=METHOD_NOT_FOUND in_flight=0");
  }

  /** As the command line does beside a call, to warn of names that are not declared. */
  @Test
  void whoAsksWhatThereIsAndGoesIsNoFailure() {
    Filter slow =
        (request, next) -> {
          try {
            gate.pass();
          } catch (InterruptedException e) { // of a call that nobody waits for any more
            Thread.currentThread().interrupt();
          }
          return next.handle(request);
        };
    Server server = start(usualServer().serve(LOGGED, _ -> "x").filter(slow));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"rpc.discover\",\"meta\":{}}");
    gate.awaitEntered(1);
    peer.send("{\"id\":2,\"method\":\"test.logged\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.abort();
    eventually(() -> server.stats().connections() == 0);
    gate.open();

    log.line("method=test.logged .*code=UNAVAILABLE");
    eventually(() -> server.stats().count("UNAVAILABLE") == 2);
    assertThat(log.holding("method=rpc.discover")).isEmpty();
  }

  @Test
  void anInlineCallCountsItselfAsInFlight() {
    log.close();
    log = new LogCapture(Level.DEBUG);
    Server server = start(usualServer().serve(LOGGED, Lane.INLINE, _ -> "done"));

    client(server).call(LOGGED, null);

    log.line("method=test.logged .* code=OK in_flight=1");
  }

  @Test
  void aFloodOfFailuresIsNoFloodOfLines() {
    Client client = client(serving(_ -> "x"));
    for (int i = 0; i < 100; i++) {
      failure(() -> client.call("test.flood", null, Object.class));
    }
    log.line("method=test.flood");

    clock.advance(Duration.ofSeconds(1));

    log.line("failures_not_logged=80");
    assertThat(log.holding("method=test.flood")).hasSize(20);
  }

  @Test
  void aServerThatStopsSaysAtOnceWhatItHasNotLogged() {
    Server server = serving(_ -> "x");
    RawPeer peer = rawClient(server);
    for (int i = 0; i < 25; i++) {
      peer.send("{\"id\":1,\"method\":\"test.flood\",\"meta\":{}}", "[]");
      peer.read();
      peer.read();
    }
    peer.abort();

    server.close();

    LogCapture.awaitQuiet();
    assertThat(log.holding("failures_not_logged=5")).hasSize(1);
    assertThat(log.holding("rejections_not_logged=5")).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    LogCapture.awaitQuiet();
    assertThat(log.holding("not_logged")).hasSize(2);
  }

  @Test
  void aCallWhoseTimeWasOverWhenItCameIsLoggedAndCounted() {
    Server server = start(usualServer());
    RawPeer peer = rawClient(server);

    peer.send("{\"id\":1,\"method\":\"test.late\",\"meta\":{\"timeout_ms\":0}}");
    peer.read();

    log.line("id=1 method=test.late dialect=v1 latency_us=[0-9]+ code=TIMEOUT in_flight=0");
    assertThat(server.stats().count("TIMEOUT")).isEqualTo(1);
    assertThat(server.stats().count(Oddity.EXPIRED_ON_ARRIVAL)).isEqualTo(1);
  }

  @Test
  void aBareCallWhoseTimePassedWhileItWaitedForItsTurnIsLoggedAndCounted() {
    Server server = start(usualServer().timers(clock));
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":\"1\",\"method\":\"test.wait\"}", "{\"id\":\"2\",\"method\":\"test.wait\"}");
    gate.awaitEntered(1);

    clock.advance(Duration.ofHours(1)); // the longest deadline

    log.line("id=\"2\" method=test.wait dialect=bare latency_us=3600000000 code=TIMEOUT");
    gate.open();
    eventually(() -> server.stats().count("TIMEOUT") == 2);
  }

  // --- what is no call ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":1,\"method\":\"m\",\"meta\":{\"v\":2}}|MALFORMED code=UNSUPPORTED dialect=v1",
        "{\"id\":1,\"method\":\"m\",\"params\":7}|MALFORMED code=INVALID_PARAMS dialect=bare",
        "{\"id\":1.5,\"method\":\"m\",\"meta\":{}}|MALFORMED code=BAD_REQUEST dialect=v1",
        "{\"id\":1,}|UNREADABLE code=PARSE_ERROR dialect=-",
        "[]|MALFORMED code=BAD_REQUEST dialect=-",
        "{\"id\":1,\"ok\":true,\"result\":1}|WRONG_DIRECTION code=- dialect=-",
      })
  void whatIsRejectedIsLoggedWithItsLengthAndItsBeginning(String payload, String line) {
    RawPeer peer = rawClient(start(usualServer()));

    peer.send(payload);

    byte[] bytes = payload.getBytes(UTF_8);
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(16, bytes.length));
    log.line("peer=.+ rejected=" + line + " bytes=" + bytes.length + " begins=" + hex + "$");
  }

  @Test
  void anIdInFlightIsLogged() {
    RawPeer peer = rawClient(start(usualServer()));
    String call = "{\"id\":1,\"method\":\"test.wait\",\"meta\":{}}";
    peer.send(call, call);

    log.line("rejected=ID_IN_FLIGHT code=BAD_REQUEST dialect=v1 bytes=" + call.length());
  }

  @ParameterizedTest
  @CsvSource({
    "00000000,BAD_REQUEST,0",
    "ffffffff,TOO_LARGE,4294967295",
    "47455420,TOO_LARGE,1195725856",
    "16030100,TOO_LARGE,369295616",
  })
  void aBrokenFrameIsLogged(String prefix, String code, long length) {
    rawClient(start(usualServer())).sendBytes(HexFormat.of().parseHex(prefix));

    log.line(
        "rejected=BAD_FRAME code=%s dialect=- bytes=%d begins=%s$".formatted(code, length, prefix));
  }

  @Test
  void aFrameThatIsCutOffIsLogged() {
    Server server = start(usualServer().timers(clock));
    rawClient(server).sendBytes(HexFormat.of().parseHex("000003e87b22"));
    eventually(() -> server.stats().sinceLastSeen() != null);

    clock.advance(Duration.ofSeconds(60));

    log.line("rejected=CUT_FRAME code=TIMEOUT dialect=- bytes=1000 begins=000003e87b22$");
  }

  @Test
  void aFloodOfRejectionsIsNoFloodOfLines() {
    Server server = start(usualServer().timers(clock));
    RawPeer peer = rawClient(server);
    for (int i = 0; i < 100; i++) {
      peer.send("[]");
      peer.read();
    }

    clock.advance(Duration.ofSeconds(1));

    log.line("rejections_not_logged=80");
    assertThat(log.holding("rejected=MALFORMED")).hasSize(20);
    assertThat(server.stats().count(Oddity.MALFORMED)).isEqualTo(100);
  }

  // --- incidents ---

  @Test
  void anIncidentIsInTheLogWithItsCause() {
    IllegalStateException cause = new IllegalStateException("the shelf is empty");
    Client client =
        client(
            serving(
                _ -> {
                  throw cause;
                }));

    String incident = incidentOf(failure(() -> client.call(LOGGED, null)));

    log.line("incident=" + incident + " method=test.logged");
    assertThat(log.holding(incident).getFirst().getThrowableProxy().getMessage())
        .isEqualTo("the shelf is empty");
  }

  @Test
  void everyIncidentOfAFloodIsInTheLogAndTheLogStaysShort() {
    Client client =
        client(
            serving(
                _ -> {
                  throw new IllegalStateException("again");
                }));
    Set<String> incidents = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      incidents.add(incidentOf(failure(() -> client.call(LOGGED, null))));
    }
    clock.advance(Duration.ofSeconds(1));

    log.line("incidents_not_logged=79"); // the first of its kind, and a burst
    assertThat(log.holding("incident=")).hasSize(21);
    assertThat(incidents).hasSize(21).allSatisfy(i -> assertThat(log.holding(i)).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "inline"})
  void aRecordThatFailsIsAnIncidentAndOneThatRefusesIsNot(String lane) {
    Client client =
        client(
            start(
                usualServer()
                    .serve(
                        POSITIVE,
                        lane.equals("inline") ? Lane.INLINE : Lane.VIRTUAL,
                        Positive::value)));

    RpcException failed = failure(() -> client.call("test.positive", new int[] {0}, Object.class));
    RpcException refused =
        failure(() -> client.call("test.positive", new int[] {-1}, Object.class));

    log.line("incident=" + incidentOf(failed));
    assertThat(log.holding("incident=").getFirst().getThrowableProxy().getMessage())
        .isEqualTo("a bug of the record's");
    assertThat(refused.code()).isEqualTo("INVALID_PARAMS");
    assertThat(refused).hasMessage("must be positive");
    assertThat(log.holding("incident=")).hasSize(1);
  }

  // --- what the framework itself has ended ---

  private Server waiting() {
    return serving(
        _ -> {
          gate.pass();
          return "done";
        });
  }

  @Test
  void aHandlerThatIsInterruptedAtItsDeadlineIsNoIncident() {
    RawPeer peer = rawClient(waiting()); // a client would cancel at the same instant
    peer.send("{\"id\":1,\"method\":\"test.logged\",\"meta\":{\"timeout_ms\":1000}}");
    gate.awaitEntered(1);

    clock.advance(Duration.ofSeconds(1));

    assertThat(peer.read().path("error").path("code").asString()).isEqualTo("TIMEOUT");
    log.line("method=test.logged .* code=TIMEOUT");
    assertThat(log.holding("incident=")).isEmpty();
  }

  @Test
  void aHandlerThatIsInterruptedByACancelAnswersCancelledMaybe() {
    RawPeer peer = rawClient(waiting());
    peer.send("{\"id\":1,\"method\":\"test.logged\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    var error = peer.read().get("error");

    assertThat(error.get("code").asString()).isEqualTo("CANCELLED");
    assertThat(error.get("executed").asString()).isEqualTo(Executed.MAYBE.wire());
    log.line("method=test.logged .* code=CANCELLED");
    assertThat(log.holding("incident=")).isEmpty();
  }

  @Test
  void aHandlerThatIsInterruptedByADisconnectIsNoIncident() {
    RawPeer peer = rawClient(waiting());
    peer.send("{\"id\":1,\"method\":\"test.logged\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.abort();

    log.line("method=test.logged .* code=UNAVAILABLE");
    assertThat(log.holding("incident=")).isEmpty();
  }

  @Test
  void aHandlerThatFailsByItselfAfterACancelIsAnIncident() {
    Server server =
        serving(
            _ -> {
              try {
                gate.pass();
              } catch (InterruptedException e) {
                throw new IllegalStateException("a bug in the clean-up");
              }
              return "";
            });
    RawPeer peer = rawClient(server);
    peer.send("{\"id\":1,\"method\":\"test.logged\",\"meta\":{}}");
    gate.awaitEntered(1);

    peer.send("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");

    assertThat(peer.read().get("error").get("code").asString()).isEqualTo("INTERNAL");
    log.line("incident=[0-9a-f]+ method=test.logged");
  }
}

package dev.tern.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.FrameServer;
import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that are tried again, and operations that happen once. */
@Timeout(60)
class AttemptsTest {
  private static final String BUSY =
      "{\"id\":#,\"ok\":false,\"error\":{\"code\":\"SERVER_BUSY\",\"message\":\"m\",\"executed\":\"no\"}}";
  private static final String LATE =
      "{\"id\":#,\"ok\":false,\"error\":{\"code\":\"TIMEOUT\",\"message\":\"m\",\"executed\":\"maybe\"}}";
  private static final String RESULT = "{\"id\":#,\"ok\":true,\"result\":3}";
  private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");
  private static final Pattern TOKEN = Pattern.compile("tern1\\.\\S+");

  private final Transport transport = new ThreadsTransport();

  /** Of the method that ends when it may. */
  private final AtomicInteger runs = new AtomicInteger();

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Server server;
  private String address;

  @BeforeEach
  void serve() throws IOException {
    Method<Void, Integer> slow =
        Method.<Void, Integer>of("slow", Void.class, Integer.class).effect(Effect.ONCE);
    server =
        Server.builder(transport)
            .serve(
                slow,
                _ -> {
                  mayEnd.await();
                  return runs.incrementAndGet();
                })
            .listen(0);
    address = "127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    server.close();
    transport.close();
  }

  /** Answers the calls in their order, and the last of these answers again and again. */
  private static FrameServer answering(String... answers) throws IOException {
    AtomicInteger count = new AtomicInteger();
    return new FrameServer(
        request -> {
          if (!isTheCall(request)) {
            return null;
          }
          Matcher id = ID.matcher(request);
          String answer = answers[Math.min(count.getAndIncrement(), answers.length - 1)];
          return id.find() ? answer.replace("#", id.group(1)) : null;
        });
  }

  /** Beside a call that relies on an effect the server is asked what it offers. */
  private static boolean isTheCall(String request) {
    return !request.contains("rpc.discover");
  }

  private static Run call(FrameServer peer, String options) {
    return Run.tern(
        ("call " + options + " " + peer.address() + " m").replaceAll(" +", " ").split(" "));
  }

  @Test
  void whatHasNotRunIsTriedAgain() throws IOException {
    try (FrameServer peer = answering(BUSY, BUSY, RESULT)) {
      assertThat(call(peer, "")).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  @Test
  void soOftenAtMost() throws IOException {
    try (FrameServer peer = answering(BUSY)) {
      assertThat(call(peer, "--retries 4").code()).isEqualTo(71);
      assertThat(peer.requests()).hasSize(5).last().asString().contains("\"attempt\":5");
    }
  }

  @Test
  void notAtAll() throws IOException {
    try (FrameServer peer = answering(BUSY, RESULT)) {
      assertThat(call(peer, "--retries 0").code()).isEqualTo(71);
      assertThat(peer.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 70, 1",
    "--effect unsafe, 70, 1",
    "--effect read, 0, 2",
    "--effect idempotent, 0, 2"
  })
  void theEffectDecidesAboutWhatMayHaveRun(String effect, int code, int requests)
      throws IOException {
    try (FrameServer peer = answering(LATE, RESULT)) {
      assertThat(call(peer, effect).code()).isEqualTo(code);
      assertThat(peer.requests()).filteredOn(AttemptsTest::isTheCall).hasSize(requests);
    }
  }

  @Test
  void anAttemptEndsInItsOwnTime() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("\"attempt\"")
                    ? RESULT.replace("#", idOf(request))
                    : null)) { // the first one is lost
      Run run = call(peer, "--effect read --timeout 50s --attempt-timeout 300ms --retries 20");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  private static String idOf(String request) {
    Matcher id = ID.matcher(request);
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  @Test
  void aHedgedCallIsMadeOnceMore() throws IOException {
    AtomicInteger count = new AtomicInteger();
    try (FrameServer peer =
        new FrameServer(
            request -> // the first one is lost
            isTheCall(request) && count.incrementAndGet() == 2
                    ? RESULT.replace("#", idOf(request))
                    : null)) {
      Run run = call(peer, "--effect read --hedge --timeout 50s --retries 0");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  @Test
  void verboseShowsTheHedge() throws IOException {
    AtomicInteger count = new AtomicInteger();
    try (FrameServer peer =
        new FrameServer(
            request ->
                isTheCall(request) && count.incrementAndGet() == 2
                    ? RESULT.replace("#", idOf(request))
                    : null)) {
      assertThat(call(peer, "-v --effect read --hedge --timeout 50s --retries 0").err())
          .containsPattern("(?m)^1 +127.0.0.1:[0-9]+  CANCELLED +maybe +0.00 ms ")
          .containsPattern("(?m)^2 hedge +127.0.0.1:[0-9]+  OK +yes +0.00 ms ");
    }
  }

  @Test
  void verboseShowsTheAttempts() throws IOException {
    try (FrameServer peer = answering(BUSY, RESULT)) {
      Run run = call(peer, "-v");
      assertThat(run.out()).isEqualTo("3\n");
      assertThat(run.err())
          .containsPattern("(?m)^ATTEMPT  ENDPOINT +CODE +EXECUTED  WAITED +BEGAN +TOOK$")
          .containsPattern(
              "(?m)^1 +127.0.0.1:[0-9]+  SERVER_BUSY  no +0.00 ms +0.00 ms +[0-9.]+ ms$")
          .containsPattern(
              "(?m)^2 +127.0.0.1:[0-9]+  OK +yes +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ ms$");
    }
  }

  @Test
  void verboseShowsTheAttemptsOfAFailure() throws IOException {
    try (FrameServer peer = answering(BUSY)) {
      assertThat(call(peer, "-v").err())
          .containsPattern("(?m)^3 +127.0.0.1:[0-9]+  SERVER_BUSY  no ");
    }
  }

  @Test
  void verboseShowsAResultThatIsNull() throws IOException {
    try (FrameServer peer = answering(RESULT.replace("3", "null"))) {
      assertThat(call(peer, "-v").out()).isEqualTo("null\n");
    }
  }

  @Test
  void whatWasDeclaredIsBelievedOnceItWasAskedFor() throws IOException {
    String refused =
        "{\"id\":#,\"ok\":false,\"error\":{\"code\":\"INVALID_PARAMS\",\"message\":\"m\",\"executed\":\"no\"}}";
    String document =
        "{\"id\":#,\"ok\":true,\"result\":{\"methods\":[{\"name\":\"m\",\"x-effect\":\"READ\","
            + "\"params\":[{\"name\":\"a\",\"schema\":{\"type\":\"string\"}}]}]}}";
    AtomicInteger texts = new AtomicInteger();
    try (FrameServer peer =
        new FrameServer(
            request -> {
              String answer =
                  request.contains("rpc.discover")
                      ? document
                      : !request.contains("\"5\"")
                          ? refused
                          : texts.incrementAndGet() == 1 ? LATE : RESULT;
              return answer.replace("#", idOf(request));
            })) {
      Run run = Run.tern("call", peer.address(), "m", "a=5");
      assertThat(run).isEqualTo(new Run(0, "3\n", "")); // although one attempt may have run
    }
  }

  @Test
  void whatWillNotChangeIsNotSaidToBeTriedAgain() {
    Method<Void, Integer> broken =
        Method.<Void, Integer>of("broken", Void.class, Integer.class).effect(Effect.ONCE);
    try (Server failing =
        Server.builder(transport)
            .serve(
                broken,
                _ -> {
                  throw new IllegalStateException("half-way");
                })
            .listen(0)) {
      String called = "127.0.0.1:" + failing.port();
      String[] again = {"call", "--effect", "once", "--key", "0123456789abcdef", called, "broken"};
      assertThat(Run.tern(again).err()).contains("to learn what became of it");
      Run second = Run.tern(again);
      assertThat(second.err())
          .contains("an earlier attempt has failed half-way")
          .contains("that stays so: look in the application what has happened, then take a new key")
          .doesNotContain("to learn what became of it");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** By another start of the server; its token would be stale each time. */
  @Test
  void whatIsForgottenIsNotSaidToBeTriedAgain() throws IOException {
    String token = token();
    Method<Void, Integer> slow =
        Method.<Void, Integer>of("slow", Void.class, Integer.class).effect(Effect.ONCE);
    try (Server restarted = Server.builder(transport).serve(slow, _ -> 1).listen(0)) {
      Run run = Run.tern("call", "--resume", token, "127.0.0.1:" + restarted.port(), "slow");
      assertThat(run.code()).isEqualTo(77);
      assertThat(run.err())
          .contains(
              "\nthat stays so: look in the application whether it has run; a new operation takes a new key\n")
          .doesNotContain("tern outcome", "to go on with it");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bare    | --retries 3               | not tried again",
        "bare    | --retries 3 --effect once | not tried again",
        "jsonrpc | --retries 3               | not tried again",
        "bare    | --retries 0               | ``",
        "bare    | --effect unsafe           | ``",
        "bare    | --retries 1 --effect read | ``",
        "v1      | --retries 3               | ``",
      })
  void retriesThatADialectDoesNotAllowAreToldOf(String dialect, String options, String words)
      throws IOException {
    String late = "{\"id\":#,\"error\":{\"code\":-32001,\"message\":\"m\"}}";
    try (FrameServer peer =
        new FrameServer(
            request -> {
              String id = request.replaceAll(".*\"id\":(\"[^\"]*\"|[0-9]+).*", "$1");
              boolean isV1 = request.contains("\"meta\"");
              String rpc = request.contains("jsonrpc") ? "{\"jsonrpc\":\"2.0\"," : "{";
              return (isV1 ? LATE : late.replaceFirst("\\{", rpc)).replace("#", id);
            })) {
      Run run = call(peer, "--dialect " + dialect + " " + options);
      assertThat(run.code()).isEqualTo(70);
      if (words.isEmpty()) {
        assertThat(run.err()).doesNotContain("--retries");
      } else {
        assertThat(run.err())
            .contains(
                "--retries: " + words + ", as with --dialect " + dialect + " nobody can tell");
        assertThat(peer.requests()).hasSize(1);
      }
    }
  }

  @Test
  void aFailureThatMayHaveRunSaysHowToGoOn() {
    Run lost =
        Run.tern("call", "--effect", "once", "--timeout", "3s", "--retries", "0", address, "slow");
    assertThat(lost.code()).isEqualTo(70);
    Matcher token = TOKEN.matcher(lost.err());
    assertThat(token.find()).as(lost.err()).isTrue();
    assertThat(lost.err())
        .contains("to learn what became of it:  tern outcome " + address + " " + token.group())
        .contains("tern call " + address + " slow --resume " + token.group());

    assertThat(Run.tern("outcome", address, token.group()))
        .isEqualTo(new Run(4, "running: it has begun, and is not over\n", ""));
    mayEnd.countDown();
    for (int i = 0; i < 2; i++) {
      Run resumed = Run.tern("call", address, "slow", "--resume", token.group());
      assertThat(resumed).isEqualTo(new Run(0, "1\n", ""));
    }
    assertThat(runs).hasValue(1);
    Run seen = Run.tern("call", "-v", address, "slow", "--resume", token.group());
    assertThat(seen.err()).contains("it is the remembered result of an earlier attempt");
  }

  @Test
  void withAKeyAndTheBareDialectItSaysTheKey() {
    Run lost =
        Run.tern(
            "call", "--dialect", "bare", "--effect", "once", "--timeout", "3s", address, "slow");
    assertThat(lost.code()).isEqualTo(70);
    assertThat(lost.err())
        .containsPattern("tern outcome " + address + " slow [0-9a-f-]{36}\n")
        .containsPattern(
            "tern call " + address + " slow --dialect bare --effect once --key [0-9a-f-]{36}\n");
  }

  @Test
  void whatHasNotRunNeedsNoAdvice() throws IOException {
    try (ScriptedServer peer = new ScriptedServer(BUSY.replace("#", "1"))) {
      Run run =
          Run.tern(
              "call", "--effect", "once", "--retries", "0", "--dialect", "v1", peer.address(), "m");
      assertThat(run.err()).doesNotContain("tern outcome");
    }
  }

  private String token() {
    try (Client client = Client.builder(transport).connect(server.address())) {
      Method<Void, Void> other =
          Method.<Void, Void>of("slow", Void.class, Void.class).effect(Effect.ONCE);
      return client.operation(other).toString();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--effect twice ADDRESS slow | \"twice\" (expected: one of read, idempotent, once, unsafe)",
        "--retries 100 ADDRESS slow | \"100\" (expected: attempts after the first, from 0 to 99)",
        "--retries -1 ADDRESS slow | \"-1\" (expected: attempts",
        "--attempt-timeout 5 ADDRESS slow | \"5\" (expected: a time",
        "--hedge ADDRESS slow | --hedge without --effect read or idempotent (expected: one of them",
        "--hedge --effect once ADDRESS slow | --hedge without --effect read or idempotent",
        "--effect once --dialect jsonrpc ADDRESS slow | --effect once with --dialect jsonrpc (expected",
        "--notify --retries 1 ADDRESS slow | --notify with --retries, --attempt-timeout, --hedge or",
        "--notify --resume TOKEN ADDRESS slow | --notify with --retries, --attempt-timeout, --hedge",
        "--resume TOKEN ADDRESS | --resume without a METHOD (expected: HOST:PORT METHOD)",
        "--resume TOKEN ADDRESS other | --resume: an operation of slow (expected: one of other)",
        "--resume TOKEN --key k ADDRESS slow | --resume with --key (expected: one of them",
        "--resume TOKEN --effect read ADDRESS slow | --resume with another --effect than once (exp",
        "--resume TOKEN --dialect bare ADDRESS slow | --resume with --dialect bare (expected: v1",
        "--resume TOKENx ADDRESS slow | operation token: cut or changed (expected: the text as it",
        "--resume CUT ADDRESS slow | operation token: cut off after ",
        "--resume abc ADDRESS slow | operation token: of no known kind (expected: one that begins",
      })
  void whatCannotBeMeantIsWrongUsage(String line, String words) {
    String token = token();
    String full =
        line.replace("TOKEN", token)
            .replace("CUT", token.substring(0, token.lastIndexOf('.')))
            .replace("ADDRESS", address);
    Run run = Run.tern(("call " + full).split(" "));
    assertThat(run.err()).startsWith("tern call: ").contains(words);
    assertThat(run.code()).isEqualTo(1);
    assertThat(runs).hasValue(0);
  }

  @Test
  void theHelpNamesThemAll() {
    assertThat(Run.tern("call", "--help").out())
        .contains(
            List.of(
                "--effect=read|idempotent|once|unsafe",
                "--retries=N",
                "--attempt-timeout=TIME",
                "--hedge",
                "--key=KEY",
                "--resume=TOKEN"));
  }
}

package dev.tern.cli.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.FrameServer;
import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class OutcomeCommandTest {
  record Order(String item) {}

  private static final Method<Order, String> ORDER =
      Method.of("order", Order.class, String.class).effect(Effect.ONCE);

  private static final Method<Order, String> LOOK =
      Method.of("look", Order.class, String.class).effect(Effect.READ);
  private static final Method<Order, String> SEND = Method.of("send", Order.class, String.class);

  /** Longer than what the store keeps of a result. */
  private static final String LONG = "x".repeat(100);

  private final Transport transport = new ThreadsTransport();
  private final MemoryStore store = MemoryStore.builder().resultBytes(50).build();
  private Server server;
  private Client client;
  private String address;

  @BeforeEach
  void serve() throws IOException {
    server =
        Server.builder(transport)
            .outcomes(store)
            .serve(ORDER, OutcomeCommandTest::order)
            .serve(LOOK, OutcomeCommandTest::order)
            .serve(SEND, OutcomeCommandTest::order)
            .listen(0);
    client = Client.builder(transport).connect(server.address());
    address = "127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    store.close();
    transport.close();
  }

  private static String order(Order order) {
    return switch (order.item()) {
      case "plum" -> throw new RpcException("SOLD_OUT", "no plums", Map.of("until", "June"));
      case "fig" -> throw new IllegalStateException("half-way");
      case "melon" -> LONG;
      default -> "order of " + order.item();
    };
  }

  private OperationToken ordered(String item) {
    OperationToken token = client.operation(ORDER);
    try {
      client.call(ORDER, new Order(item), CallOptions.DEFAULT.withOperation(token));
    } catch (RpcException _) {
      // It is remembered.
    }
    return token;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "apple | 0  | done: it is over, with a result~\"order of apple\"~",
        "plum  | 64 | done: it is over, with an error of the method's~{\"code\":\"SOLD_OUT\","
            + "\"message\":\"no plums\",\"details\":{\"until\":\"June\"}}~",
        "fig   | 69 | failed: it ended half-way; nobody knows whether it had its effect~",
        "melon | 78 | not kept: it has succeeded; its result was too large to keep~",
      })
  void tellsWhatBecameOfIt(String item, int code, String words) {
    Run run = Run.tern("outcome", address, ordered(item).toString());
    assertThat(run).isEqualTo(new Run(code, words.replace('~', '\n'), ""));
  }

  @Test
  void tellsByMethodAndKey() {
    Run run = Run.tern("outcome", address, "order", ordered("apple").key());
    assertThat(run.out()).isEqualTo("done: it is over, with a result\n\"order of apple\"\n");
  }

  @Test
  void aPersonGetsItSpacedOut() {
    Run run = Run.tern("", true, "outcome", address, ordered("plum").toString());
    assertThat(run.out()).contains("\n  \"code\": \"SOLD_OUT\",\n");
  }

  @Test
  void oneThatHasNotRunIsUnknown() {
    String token = client.operation(ORDER).toString();
    assertThat(Run.tern("outcome", address, token))
        .isEqualTo(new Run(5, "unknown: it has not run; an attempt at it would run it\n", ""));
  }

  @Test
  void aFenceKeepsItFromRunning() {
    OperationToken token = client.operation(ORDER);
    String fenced = "fenced: it has not run, and never will\n";
    assertThat(Run.tern("outcome", address, token.toString(), "--fence"))
        .isEqualTo(new Run(0, fenced, ""));
    assertThat(Run.tern("outcome", address, token.toString())).isEqualTo(new Run(76, fenced, ""));
    Run late = Run.tern("call", "--resume", token.toString(), address, "order", "item=apple");
    assertThat(late.code()).isEqualTo(76); // CONFLICT
  }

  /** Who has only the key does not know when the operation began, nor whether it has run. */
  @Test
  void aFenceOfAKeyKeepsWhatHasBegunFromRunning() {
    OperationToken token = client.operation(ORDER);
    Run fence = Run.tern("outcome", address, "order", token.key(), "--fence");
    assertThat(fence)
        .isEqualTo(
            new Run(
                77, // STALE
                "fenced: no attempt that has begun runs it any more; it may have run before, and"
                    + " been forgotten\n",
                ""));
    Run late = Run.tern("call", "--resume", token.toString(), address, "order", "item=apple");
    assertThat(late.code()).isEqualTo(76); // CONFLICT
  }

  @Test
  void aFenceOfAKeyChangesNothingThatIsOver() {
    Run run = Run.tern("outcome", "--fence", address, "order", ordered("apple").key());
    assertThat(run.out()).isEqualTo("done: it is over, with a result\n\"order of apple\"\n");
    assertThat(run.code()).isZero();
  }

  @Test
  void aServerThatRemembersNothingGrantsNoFenceOfAKey() throws IOException {
    Method<Order, String> plain = Method.of("order", Order.class, String.class);
    try (Server other =
        Server.builder(transport).serve(plain, OutcomeCommandTest::order).listen(0)) {
      String there = "127.0.0.1:" + other.port();
      Run run = Run.tern("outcome", there, "order", "a key that nobody has used", "--fence");
      assertThat(run.err()).contains("remembers no operations");
      assertThat(run.code()).isEqualTo(79); // UNSUPPORTED
    }
  }

  @Test
  void aFenceChangesNothingThatIsOver() {
    Run run = Run.tern("outcome", "--fence", address, ordered("apple").toString());
    assertThat(run.out()).startsWith("done: ");
    assertThat(run.code()).isZero();
  }

  @Test
  void whatMayBeForgottenIsStale() {
    Run run = Run.tern("outcome", address, "order", "a key that nobody has used");
    assertThat(run.err())
        .startsWith("STALE: this operation may have run and been forgotten")
        .endsWith("\nit may have been executed\n");
    assertThat(run.code()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "odrer | odrer is no method of this server: did you mean order?",
        "fetch | fetch is no method of this server; tern call ADDRESS lists them",
        "look  | look is declared READ at this server, which remembers operations of ONCE methods"
            + " alone",
        "send  | send is declared UNSAFE at this server, which remembers operations of ONCE methods"
            + " alone",
      })
  void aMethodOfWhichNothingIsEverRememberedIsSaid(String method, String words) {
    String line = words.replace("ADDRESS", address) + "\n";
    Run byKey = Run.tern("outcome", address, method, "a key that nobody has used");
    assertThat(byKey.err()).startsWith("STALE: ").endsWith("\n" + line);
    assertThat(byKey.code()).isEqualTo(77);

    String token =
        client
            .operation(Method.of(method, Order.class, String.class).effect(Effect.ONCE))
            .toString();
    assertThat(Run.tern("outcome", address, token))
        .isEqualTo(new Run(5, "unknown: it has not run; an attempt at it would run it\n", line));
    assertThat(Run.tern("outcome", address, token, "--fence"))
        .isEqualTo(new Run(0, "fenced: it has not run, and never will\n", line));
  }

  @ParameterizedTest
  @CsvSource({
    "'', nothing new is known of the operation; ask again",
    "--fence, the operation may be fenced now; ask again"
  })
  void aQuestionThatIsLostSaysNothingOfTheOperation(String fence, String line) throws IOException {
    String token =
        client
            .operation(Method.of("order", Order.class, String.class).effect(Effect.ONCE))
            .toString();
    try (FrameServer peer = new FrameServer(_ -> null)) {
      List<String> args =
          new ArrayList<>(List.of("outcome", peer.address(), token, "--timeout", "200ms"));
      if (!fence.isEmpty()) {
        args.add(fence);
      }
      Run run = Run.tern(args.toArray(String[]::new));
      assertThat(run.err()).contains("\n" + line + "\n").doesNotContain("executed");
    }
  }

  @Test
  void aServerThatDoesNotSayWhatItOffersIsAskedNoFurther() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":2,\"ok\":false,\"error\":{\"code\":\"UNAUTHORIZED\","
                        + "\"message\":\"who?\"}}"
                    : "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"STALE\","
                        + "\"message\":\"m\",\"executed\":\"maybe\"}}")) {
      assertThat(Run.tern("outcome", peer.address(), "odrer", "a key that nobody has used"))
          .isEqualTo(new Run(77, "", "STALE: m\nit may have been executed\n"));
      assertThat(peer.requests()).hasSize(2);
    }
  }

  @Test
  void aTokenOfAnotherStoreIsStale() throws IOException {
    OperationToken token = ordered("apple");
    try (Server other =
        Server.builder(transport).serve(ORDER, OutcomeCommandTest::order).listen(0)) {
      Run run = Run.tern("outcome", "127.0.0.1:" + other.port(), token.toString());
      assertThat(run.code()).isEqualTo(77);
    }
  }

  @Test
  void aServerThatRemembersNothingIsSaid() throws IOException {
    String unknown =
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\",\"message\":\"m\"}}";
    try (ScriptedServer peer = new ScriptedServer(unknown)) {
      Run run = Run.tern("outcome", peer.address(), "m", "k");
      assertThat(run.err()).endsWith("the server remembers no operations\n");
      assertThat(run.code()).isEqualTo(67);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "outcome ADDRESS | Missing required parameter: 'TOKEN!METHOD'",
        "outcome ADDRESS abc | operation token: of no known kind (expected: one that begins with",
        "outcome ADDRESS TOKENx | operation token: cut or changed (expected: the text as it was",
        "outcome ADDRESS or\u0007der k --fence | method",
        "outcome --dialect jsonrpc ADDRESS order k --fence | --fence of a KEY with --dialect jsonrpc (expected: v1",
        "outcome ADDRESS TOKEN --meta x | --meta: \"x\" (expected: NAME=VALUE)",
        "outcome localhost TOKEN | \"localhost\" (expected: HOST:PORT",
        "outcome ADDRESS order k more | unexpected argument 'more'",
        "outcome --fense ADDRESS TOKEN | unknown option '--fense': did you mean --fence?",
      })
  void whatCannotBeAskedIsWrongUsage(String line, String words) {
    String token = client.operation(ORDER).toString();
    Run run =
        Run.tern(
            line.replace("ADDRESS", address)
                .replace("TOKENx", token + "x")
                .replace(" TOKEN", " " + token)
                .split(" "));
    assertThat(run.err()).startsWith("tern outcome: ").contains(words.replace("!", "|"));
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void theHelpTellsTheExitCodes() {
    assertThat(Run.tern("outcome", "--help").out())
        .containsPattern("\\b4 +outcome: the operation still runs")
        .containsPattern("\\b5 +outcome: the server does not know the operation")
        .contains("--fence");
  }
}

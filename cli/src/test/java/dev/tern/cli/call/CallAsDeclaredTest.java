package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.FrameServer;
import dev.tern.cli.Run;
import dev.tern.cli.Shop;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code name=value} becomes by what the server declares. */
@Timeout(60)
class CallAsDeclaredTest {
  private static final Transport TRANSPORT = new ThreadsTransport();
  private static final String DECLARES_A =
      "{\"methods\":[{\"name\":\"m\",\"params\":[{\"name\":\"amount\",\"required\":true,"
          + "\"schema\":{\"type\":\"string\"}}]}]}";

  private static final String WITHOUT_KEY =
      " is declared ONCE at this server, and has been called without a key: made again, it may"
          + " count twice (expected: --effect once)\n";

  private static Server server;
  private static String address;

  @BeforeAll
  static void serve() throws IOException {
    server = Shop.serve(TRANSPORT);
    address = "127.0.0.1:" + server.port();
  }

  @AfterAll
  static void stop() {
    server.close();
    TRANSPORT.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.buy sku=B-1 count=2         | 2 of B-1",
        "shop.buy sku=5 count=2           | 2 of 5",
        "shop.buy sku=007 count=2         | 2 of 007",
        "shop.buy sku=1.10 count=2        | 2 of 1.10",
        "shop.buy sku=true count=2        | 2 of true",
        "shop.buy sku=null count=2        | 2 of null",
        "shop.buy sku=[1] count=2         | 2 of [1]",
        "shop.buy sku=5 count=2 note=7    | 2 of 5, 7",
        "shop.buy sku=5 count=2 note=null | 2 of 5",
        "shop.find sku=null paid=true     | null true",
        "shop.find sku=5 paid=false       | 5 false",
      })
  void textIsSentWhereTextIsDeclared(String arguments, String result) {
    for (String dialect : new String[] {"v1", "jsonrpc", "bare"}) {
      Run run =
          Run.tern(("call --dialect " + dialect + " " + address + " " + arguments).split(" "));
      assertThat(run.out()).isEqualTo("\"" + result + "\"\n");
      String told = dialect.equals("v1") ? "shop.buy" + WITHOUT_KEY : "";
      assertThat(run.err()).isIn("", told); // a word that comes late is not waited for
      assertThat(run.code()).isZero();
    }
  }

  private static FrameServer declaring(String effect) throws IOException {
    return FrameServer.tellingFirst(
        "3", "{\"methods\":[{\"name\":\"m\",\"x-effect\":\"" + effect + "\"}]}");
  }

  @Test
  void aCallWithoutAKeyOfWhatIsDeclaredOnceIsToldOf() throws IOException {
    try (FrameServer peer = declaring("ONCE")) {
      Run run = Run.tern("call", peer.address(), "m", "a=x");
      assertThat(run).isEqualTo(new Run(0, "3\n", "m" + WITHOUT_KEY));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UNSAFE, ''",
    "READ, ''",
    "ONCE, --key a-key-of-16-characters",
    "ONCE, --effect once",
    "ONCE, --effect unsafe"
  })
  void oneThatHasAKeyOrNeedsNoneIsNot(String effect, String options) throws IOException {
    try (FrameServer peer = declaring(effect)) {
      String line = ("call " + options + " " + peer.address() + " m a=x").replaceAll(" +", " ");
      assertThat(Run.tern(line.split(" ")).err()).doesNotContain("without a key");
    }
  }

  /** It is made again as the server declares it. */
  @Test
  void aCallThatIsMadeAgainWithTextHasAKey() {
    Run run = Run.tern("call", address, "shop.buy", "sku=5", "count=2");
    assertThat(run).isEqualTo(new Run(0, "\"2 of 5\"\n", ""));
  }

  private static String sorted(Map<String, ?> map) {
    return new TreeMap<>(map).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "texts a=5 b=x c=true d=null       | {a=5, b=x, c=true, d=null}",
        "numbers a=5 b=7                   | {a=5, b=7}",
      })
  void theValuesOfAMapAreSentAsItDeclaresThem(String arguments, String result) throws IOException {
    try (Server maps =
        Server.builder(TRANSPORT)
            .serve(
                Method.of("texts", new TypeRef<Map<String, String>>() {}, String.class),
                CallAsDeclaredTest::sorted)
            .serve(
                Method.of("numbers", new TypeRef<Map<String, Integer>>() {}, String.class),
                CallAsDeclaredTest::sorted)
            .listen(0)) {
      String[] call = ("call 127.0.0.1:" + maps.port() + " " + arguments).split(" ");
      assertThat(Run.tern(call)).isEqualTo(new Run(0, "\"" + result + "\"\n", ""));
    }
  }

  @Test
  void whatFitsNoValueOfAMapStaysRefused() throws IOException {
    Method<Map<String, String>, String> texts =
        Method.of("texts", new TypeRef<Map<String, String>>() {}, String.class);
    try (Server maps =
        Server.builder(TRANSPORT).serve(texts, CallAsDeclaredTest::sorted).listen(0)) {
      Run run = Run.tern("call", "127.0.0.1:" + maps.port(), "texts", "a:=5");
      assertThat(run.code()).isEqualTo(68);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.buy sku:=5 count=2   | INVALID_PARAMS: sku: 5 (expected: a string)",
        "shop.buy sku=B-1 count=x  | INVALID_PARAMS: count: \"x\" (expected: an integer",
        "shop.buy sku=5 count=2.5  | INVALID_PARAMS: count: 2.5 (expected: an integer",
      })
  void whatDoesNotFitStaysRefused(String arguments, String error) {
    Run run = Run.tern(("call " + address + " " + arguments).split(" "));
    assertThat(run.err()).startsWith(error);
    assertThat(run.code()).isEqualTo(68);
  }

  @Test
  void jsonIsSentAsItIs() {
    Run run = Run.tern("call", address, "shop.buy", "{\"sku\":5,\"count\":2}");
    assertThat(run.code()).isEqualTo(68);
  }

  @Test
  void theServerIsAskedOnce() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":1,\"ok\":true,\"result\":" + DECLARES_A + "}"
                    : request.contains("\"amount\":5")
                        ? "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"INVALID_PARAMS\","
                            + "\"message\":\"m\",\"executed\":\"no\"}}"
                        : "{\"id\":2,\"ok\":true,\"result\":3}")) {
      Run run = Run.tern("call", peer.address(), "m", "amount=5");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
      assertThat(peer.requests()).filteredOn(request -> request.contains("discover")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"maybe", "yes"})
  void whatMayHaveRunIsNotCalledAgain(String executed) throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":1,\"ok\":true,\"result\":" + DECLARES_A + "}"
                    : "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"INVALID_PARAMS\","
                        + "\"message\":\"m\",\"executed\":\""
                        + executed
                        + "\"}}")) {
      Run run = Run.tern("call", peer.address(), "m", "amount=5");
      assertThat(run.code()).isEqualTo(68);
      assertThat(peer.requests()).filteredOn(one -> one.contains("\"m\"")).hasSize(1);
    }
  }

  enum Size {
    SMALL,
    LARGE
  }

  record Box(Size size, List<Integer> sides) {}

  record Put(String key, int count, Optional<String> note, Optional<Box> box) {}

  /** The exit code of a notification, and what it came with, or what was said of it. */
  private static String notified(String... arguments) throws Exception {
    CompletableFuture<String> came = new CompletableFuture<>();
    Method<Put, Void> put = Method.of("put", Put.class, Void.class);
    try (Server puts =
        Server.builder(TRANSPORT)
            .serveVoid(put, said -> came.complete(said.key() + " " + said.count()))
            .serveVoid(Method.of("all", new TypeRef<List<Integer>>() {}, Void.class), _ -> {})
            .listen(0)) {
      List<String> call = new ArrayList<>(List.of("call", "--notify", "127.0.0.1:" + puts.port()));
      call.addAll(List.of(arguments));
      Run run = Run.tern(call.toArray(String[]::new));
      assertThat(run.out()).isEmpty();
      String said = run.err().isEmpty() ? came.get(20, TimeUnit.SECONDS) : run.err();
      return run.code() + " " + said;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "put key=5 count=2         | 0 5 2",
        "put key=true count=2      | 0 true 2",
        "put key=B count=2         | 0 B 2",
        "put key=B count=2 note=1  | 0 B 2",
        "put {\"key\":\"B\",\"count\":2} | 0 B 2",
        "put {\"key\":\"B\",\"count\":2,\"note\":null,\"box\":{\"size\":\"LARGE\",\"sides\":[1]}} | 0 B 2",
        "put [\"B\",2]             | 0 B 2",
      })
  void aNotificationSendsTextWhereTextIsDeclared(String arguments, String came) throws Exception {
    assertThat(notified(arguments.split(" "))).isEqualTo(came);
  }

  /** Nobody answers it: a server that refuses it cannot say so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "put key:=5 count=2      | 68 key: 5 (expected: string)",
        "put key=5 count=x       | 68 count: x (expected: integer)",
        "put key=5 count=2.5     | 68 count: 2.5 (expected: integer)",
        "put key=5 count=9999999999 | 68 count: 9999999999 (expected: -2147483648 to 2147483647)",
        "put key=5               | 68 count is missing (expected: integer)",
        "put key=5 count=2 kee=1 | 0 \"kee\" is no parameter of put: did you mean key?",
        "put                     | 68 key is missing (expected: string)",
        "put {\"key\":\"5\"}       | 68 count is missing (expected: integer)",
        "put {\"key\":5,\"count\":2} | 68 key: 5 (expected: string)",
        "put {\"key\":\"5\",\"count\":2,\"kee\":1} | 0 \"kee\" is no parameter of put: did you mean key?",
        "put [\"5\"]             | 68 count is missing (expected: integer)",
        "put [\"5\",2,null,null,1] | 68 params: 5 elements (expected: at most 4)",
        "put key=5 count=2 box={\"size\":\"HUGE\",\"sides\":[]} | 68 box.size: HUGE (expected: one of SMALL, LARGE)",
        "put key=5 count=2 box={\"size\":\"LARGE\"} | 68 box.sides is missing (expected: array of integer)",
        "put key=5 count=2 box={\"size\":\"LARGE\",\"sides\":[1,\"x\"]} | 68 box.sides[1]: x (expected: integer)",
        "put key=5 count=2 box=7 | 68 box: 7 (expected: object)",
        "all [1,\"x\"]         | 68 params[1]: x (expected: integer)",
        "putt key=5              | 67 putt is no method of this server: did you mean put?",
        "putt                    | 67 putt is no method of this server: did you mean put?",
        "rpc.pong {}             | 67 rpc.pong is no method of the protocol: did you mean rpc.ping?",
        "other {}                | 67 other is no method of this server; tern call ",
      })
  void aNotificationThatTheServerWouldRefuseEndsAsSuchACallWould(String arguments, String said)
      throws Exception {
    assertThat(notified(arguments.split(" "))).startsWith(said);
  }

  /** What is told to be refused is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"key\":\"5\",\"count\":9999999999}",
        "[\"5\",2,null,null,1]",
        "{\"key\":\"5\",\"count\":2,\"box\":{\"size\":\"HUGE\",\"sides\":[]}}",
        "{\"key\":\"5\",\"count\":2,\"box\":{\"size\":\"LARGE\"}}",
        "{\"key\":\"5\",\"count\":2,\"box\":7}",
      })
  void aCallWithTheSameParamsIsRefused(String params) throws Exception {
    try (Server puts =
        Server.builder(TRANSPORT)
            .serveVoid(Method.of("put", Put.class, Void.class), _ -> {})
            .listen(0)) {
      assertThat(Run.tern("call", "127.0.0.1:" + puts.port(), "put", params).code()).isEqualTo(68);
      assertThat(Run.tern("call", "--notify", "127.0.0.1:" + puts.port(), "put", params).code())
          .isEqualTo(68);
    }
  }

  @Test
  void anOperationOfAMethodThatIsNotOnceIsToldWhyItIsStale() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":1,\"ok\":true,\"result\":{\"methods\":[{\"name\":\"m\","
                        + "\"x-effect\":\"UNSAFE\"}]}}"
                    : "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"STALE\","
                        + "\"message\":\"m\",\"executed\":\"maybe\"}}")) {
      Run run =
          Run.tern("call", "--key", "a-key-of-16-characters", peer.address(), "m", "{\"a\":5}");
      assertThat(run.code()).isEqualTo(77);
      assertThat(run.err())
          .startsWith("STALE: m\n")
          .endsWith(
              "m is declared UNSAFE at this server, which remembers operations of ONCE methods"
                  + " alone\n");
    }
  }

  record Named(String key) {}

  /** With the number 7 instead of the text it would be CONFLICT. */
  @Test
  void anOperationIsCalledAgainWithTheTextThatItWasCalledWith() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Method<Named, Integer> count =
        Method.of("count", Named.class, Integer.class).effect(Effect.ONCE);
    try (Server server =
        Server.builder(TRANSPORT).serve(count, _ -> runs.incrementAndGet()).listen(0)) {
      String address = "127.0.0.1:" + server.port();
      String key = "a-key-of-16-characters";
      for (int i = 0; i < 2; i++) {
        assertThat(Run.tern("call", "--effect", "once", "--key", key, address, "count", "key=7"))
            .isEqualTo(new Run(0, "1\n", ""));
      }
    }
  }

  /** So is one that its token names. */
  @Test
  void anOperationIsGoneOnWithInTheTextThatItWasCalledWith() throws Exception {
    Method<Named, String> count = Method.of("count", Named.class, String.class).effect(Effect.ONCE);
    try (Server server = Server.builder(TRANSPORT).serve(count, Named::key).listen(0);
        Client client = Client.builder(TRANSPORT).connect(server.address())) {
      OperationToken token = client.operation(count);
      client.call(count, new Named("7"), CallOptions.DEFAULT.withOperation(token));
      String address = "127.0.0.1:" + server.port();
      assertThat(Run.tern("call", "--resume", token.toString(), address, "count", "key=7"))
          .isEqualTo(new Run(0, "\"7\"\n", ""));
    }
  }

  @Test
  void aNotificationOfAStrangerEndsAsHisCallWould() throws Exception {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"UNAUTHORIZED\","
                        + "\"message\":\"meta.auth is missing\"}}"
                    : null)) {
      Run run = Run.tern("call", "--notify", peer.address(), "m", "a=5");
      assertThat(run.code()).isEqualTo(72);
      assertThat(run.err()).startsWith("UNAUTHORIZED: ").contains("--auth-file");
    }
  }

  @Test
  void aServerThatDoesNotTellHoldsNoNotificationBack() throws Exception {
    CompletableFuture<String> came = new CompletableFuture<>();
    try (FrameServer peer =
        new FrameServer(
            request -> {
              if (!request.contains("rpc.discover")) {
                came.complete(request);
                return null;
              }
              return "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\","
                  + "\"message\":\"m\"}}";
            })) {
      assertThat(Run.tern("call", "--notify", peer.address(), "m", "a=5"))
          .isEqualTo(new Run(0, "", ""));
      assertThat(came.get(20, TimeUnit.SECONDS)).contains("{\"a\":5}");
    }
  }

  @Test
  void verboseShowsBothCalls() {
    Run run = Run.tern("call", "-v", address, "shop.buy", "sku=5", "count=2");
    assertThat(run.err())
        .contains("{\"sku\":5,\"count\":2}", "{\"sku\":\"5\",\"count\":2}")
        .doesNotContain("rpc.discover");
  }

  @Test
  void aNameThatIsNotDeclaredIsWarnedOfThoughTheCallSucceeds() throws IOException {
    try (FrameServer peer = FrameServer.tellingFirst("3", DECLARES_A)) {
      Run run = Run.tern("call", peer.address(), "m", "amount=x", "amuont=y", "z=1");
      assertThat(run)
          .isEqualTo(
              new Run(
                  0,
                  "3\n",
                  """
                  "amuont" is no parameter of m: did you mean amount? (expected: one of amount)
                  "z" is no parameter of m (expected: one of amount)
                  """));
    }
  }

  @Test
  void aServerThatIgnoresANameIsNoExcuse() {
    Run run = Run.tern("call", address, "shop.buy", "sku=5", "count=2", "note2=x");
    assertThat(run.out()).isEqualTo("\"2 of 5\"\n");
    assertThat(run.err()).startsWith("\"note2\" is no parameter of shop.buy: did you mean note?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "7",
        "{\"methods\":[]}",
        "{\"methods\":[{\"name\":\"m\"}]}",
        "{\"methods\":[{\"name\":\"m\",\"params\":[],\"x-params\":{\"type\":\"object\"}}]}"
      })
  void aServerThatDoesNotDeclareNamesIsNoNews(String document) throws IOException {
    try (FrameServer peer = FrameServer.of("3", document)) {
      assertThat(Run.tern("call", peer.address(), "m", "a=x")).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  @Test
  void aServerThatOffersNoDocumentIsNoNews() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request ->
                request.contains("rpc.discover")
                    ? "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\","
                        + "\"message\":\"m\"}}"
                    : "{\"id\":1,\"ok\":true,\"result\":3}")) {
      assertThat(Run.tern("call", peer.address(), "m", "a=x")).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  /** Were it waited for, the call would take as long as its timeout. */
  @Test
  void aServerThatIsSlowToTellDoesNotHoldTheCallUp() throws IOException {
    try (FrameServer peer = FrameServer.of("3", null)) {
      long began = System.nanoTime();
      Run run = Run.tern("call", "--timeout", "60s", peer.address(), "m", "a=x");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }
  }

  /** It would take a second connection's frame for the call, or reset the first one over it. */
  @Test
  void aServerOfOneFrameAndOneConnectionIsNotDisturbed() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try (var socket = listener.accept();
                    DataInputStream in = new DataInputStream(socket.getInputStream())) {
                  in.readNBytes(in.readInt());
                  byte[] reply = "....{\"id\":1,\"ok\":true,\"result\":3}".getBytes(UTF_8);
                  reply[0] = reply[1] = reply[2] = 0;
                  reply[3] = (byte) (reply.length - 4);
                  socket.getOutputStream().write(reply);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      Run run = Run.tern("call", "127.0.0.1:" + listener.getLocalPort(), "m", "a=x");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  @Test
  void aBareServerIsNotAskedBeside() throws IOException {
    try (FrameServer peer =
        new FrameServer(
            request -> request.replaceAll(".*(\"id\":\"[^\"]*\").*", "{$1,\"result\":3}"))) {
      Run run = Run.tern("call", "--dialect", "bare", peer.address(), "m", "a=x");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
      assertThat(peer.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.by   | shop.by is no method of this server: did you mean shop.buy?",
        "buy       | buy is no method of this server: did you mean shop.buy?",
        "SHOP.FIND | SHOP.FIND is no method of this server: did you mean shop.find?",
        "total     | total is no method of this server; tern call ADDRESS lists them",
        "rpc.helth | rpc.helth is no method of the protocol: did you mean rpc.health or rpc.hello?",
        "rpc.x     | rpc.x is no method of the protocol (expected: one of rpc.cancel, rpc.discover, rpc.health, rpc.hello, rpc.outcome, rpc.ping, rpc.stats)",
      })
  void anUnknownMethodIsAQuestion(String method, String words) {
    Run run = Run.tern("call", address, method);
    assertThat(run.code()).isEqualTo(67);
    assertThat(run.err())
        .startsWith("METHOD_NOT_FOUND: ")
        .endsWith("\n" + words.replace("ADDRESS", address) + "\n");
  }

  /** Who relies on an effect that the method has not got is told, also if all goes well. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "once shop.find sku=5 paid=true | shop.find is declared READ at this server, which remembers operations of ONCE methods alone",
        "once shop.find {\"sku\":\"5\",\"paid\":true} | shop.find is declared READ at this server, which remembers operations of ONCE methods alone",
        "once shop.weigh sku=a count=1 | shop.weigh is declared UNSAFE at this server, which remembers operations of ONCE methods alone",
        "read shop.buy sku=5 count=2 | shop.buy is declared ONCE at this server, and may run more than once",
        "idempotent shop.weigh sku=a count=1 | shop.weigh is declared UNSAFE at this server, and may run more than once",
        "read shop.find sku=a paid=true | ``",
        "idempotent shop.find sku=a paid=true | ``",
        "unsafe shop.buy sku=a count=2 | ``",
        "once shop.buy sku=a count=2 | ``",
      })
  void anEffectThatTheMethodHasNotGotIsToldOf(String arguments, String words) {
    Run run =
        Run.tern(
            ("call --effect " + arguments.replace(" shop", " ADDRESS shop"))
                .replace("ADDRESS", address)
                .split(" "));
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEqualTo(words.isEmpty() ? "" : words + "\n");
  }
}

package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static dev.tern.conformance.Replies.v1Error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.transport.memory.MemoryTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call, and what goes wrong around that: over a file of tokens, on a manual clock. */
final class AuthRowsTest extends EveryTransport {
  private static final String KEY = "0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab";
  private static final String ANN = "token-of-ann";
  private static final CallOptions AS_ANN = CallOptions.DEFAULT.withAuth(ANN);
  private static final CallOptions AS_BOB = CallOptions.DEFAULT.withAuth("token-of-bob");

  @SuppressWarnings("NullAway") // Void has nothing but null
  private static final Method<Void, String> WHO = Method.of("who", Void.class, String.class);

  private static final Method<Pair, Integer> PAY =
      Method.of("pay", Pair.class, Integer.class).effect(Effect.ONCE);

  private final Environment inPlace = InPlace.on(clock);

  private final AtomicInteger effects = new AtomicInteger();

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // before each test
  private Path file;

  @SuppressWarnings("NullAway.Init") // before each test
  private TokenFile tokens;

  @BeforeEach
  void openTokens() throws IOException {
    file = folder.resolve("server.tokens");
    write(line("ann", ANN), line("bob", "token-of-bob", "who", "calc.*"));
    tokens = TokenFile.open(file, inPlace);
  }

  @AfterEach
  void closeTokens() {
    tokens.close();
  }

  private static String line(String name, String token, String... methods) {
    return TokenFile.lineOf(name, token, List.of(methods));
  }

  private void write(String... lines) throws IOException {
    Files.writeString(file, String.join("\n", lines));
  }

  private void reload() {
    clock.advance(Duration.ofSeconds(1));
  }

  private ServerBuilder guarded() {
    return usualServer()
        .serve(WHO, Lane.INLINE, _ -> Request.current().caller().name())
        .serve(PAY, Lane.INLINE, _ -> effects.incrementAndGet())
        .authenticate(tokens);
  }

  private static void expect(RpcException e, ErrorCode code) {
    assertThat(e.code()).isEqualTo(code.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.toString()).doesNotContain(ANN);
  }

  @Test
  void aKnownCallerIsNamedToTheMethod() {
    assertThat(client(start(guarded())).call(WHO, null, AS_ANN)).isEqualTo("token:ann");
  }

  @Test
  void aKnownCallerIsNamedByHello() {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'rpc.hello','meta':{'auth':'" + ANN + "'}}"));

    assertThat(peer.read().get("result").get("caller").asString()).isEqualTo("token:ann");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rpc.hello", "rpc.ping"})
  void aStrangerMaySayWhatOpensAndKeepsAConnection(String method) {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'" + method + "','meta':{}}"));

    assertThat(peer.read().get("ok").asBoolean()).isTrue();
  }

  @Test
  void aCallerOfSomeMethodsMayCallThose() {
    assertThat(client(start(guarded())).call(ADD, new Pair(1, 2), AS_BOB)).isEqualTo(3);
  }

  @Test
  void aCallerOfSomeMethodsMayDiscoverAll() {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'rpc.discover','meta':{'auth':'token-of-bob'}}"));

    assertThat(peer.read().get("ok").asBoolean()).isTrue();
  }

  @Test
  void aKnownCallerIsToldThatAMethodIsNotThere() {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'none','meta':{'auth':'" + ANN + "'}}"));

    v1Error(peer.read(), "1", ErrorCode.METHOD_NOT_FOUND, Executed.NO);
  }

  @Test
  void anOperationIsToldToItsOwnerOnly() {
    Client client = client(start(guarded()));
    OperationToken operation = client.operation(PAY, AS_ANN);
    client.call(PAY, new Pair(1, 2), AS_ANN.withOperation(operation));

    assertThat(client.outcome(operation, AS_ANN).state()).isEqualTo(OperationOutcome.State.DONE);
    assertThat(client.outcome(operation, AS_BOB).state()).isNotEqualTo(OperationOutcome.State.DONE);
  }

  @Test
  void theLogNamesTheCallerAndNeverTheToken() {
    try (LogCapture log = new LogCapture(Level.DEBUG)) {
      client(start(guarded())).call(WHO, null, AS_ANN);

      log.line("method=who .* code=OK .*caller=token:ann$");
      assertThat(log.holding(ANN)).isEmpty();
    }
  }

  @Test
  void theLogNamesTheCallerWhomItWasForbidden() {
    try (LogCapture log = new LogCapture()) {
      failure(() -> client(start(guarded())).call(ECHO, new Text("x"), AS_BOB));

      log.line("method=text.echo .* code=FORBIDDEN .*caller=token:bob$");
    }
  }

  @Test
  void whatStrangersCallWithAKnownKeyHoldsUpNobody() {
    RawPeer peer = rawClient(start(guarded()));
    String pay = "{'id':%d,'method':'pay','params':{'a':1,'b':2},'meta':{'key':'%s'%s}}";
    peer.send(
        json(pay.formatted(1, KEY, "")), json(pay.formatted(2, KEY, ",'auth':'" + ANN + "'")));

    v1Error(peer.read(), "1", ErrorCode.UNAUTHORIZED, Executed.NO);
    assertThat(peer.read().get("result").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "'a\\nb'", "'a\\rb'", "5", "[]"})
  void row103_aTokenThatIsNoneIsRefused(String token) {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'who','meta':{'auth':" + token + "}}"));

    v1Error(peer.read(), "1", ErrorCode.BAD_REQUEST, Executed.NO);
  }

  @Test
  void row103_aTokenOfAMegabyteIsRefused() {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'who','meta':{'auth':'" + "t".repeat(1 << 20) + "'}}"));

    v1Error(peer.read(), "1", ErrorCode.BAD_REQUEST, Executed.NO);
  }

  @Test
  void row117_aTokenOverItsLimitIsCalledThat() {
    RawPeer peer = rawClient(start(guarded()));
    String most = "bytes (expected: a string of 1 to 16384 bytes without control characters)";
    peer.send(json("{'id':1,'method':'who','meta':{'auth':'" + "t".repeat(16_385) + "'}}"));
    String error = v1Error(peer.read(), "1", ErrorCode.BAD_REQUEST, Executed.NO).toString();
    assertThat(error).contains("meta.auth: 16385 " + most).doesNotContain("ttt");

    peer.send(json("{'id':2,'method':'who','meta':{'md':{},'auth':'" + "é".repeat(8_200) + "'}}"));
    error = v1Error(peer.read(), "2", ErrorCode.BAD_REQUEST, Executed.NO).toString();
    assertThat(error).contains("meta.auth: 16400 " + most);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallOptions.DEFAULT.withAuth("t".repeat(16_385)))
        .withMessage("auth: 16385 bytes (expected: 1 to 16384 without control characters)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"calc.add", "none", "rpc.discover", "rpc.outcome", "rpc.stats"})
  void row104_aStrangerIsNotToldWhatThereIs(String method) {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'" + method + "','params':{'a':'x'},'meta':{}}"));

    v1Error(peer.read(), "1", ErrorCode.UNAUTHORIZED, Executed.NO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"calc.add", "none", "rpc.discover", "rpc.hello"})
  void row104_aTokenThatIsNobodysIsRefusedEverywhere(String method) {
    RawPeer peer = rawClient(start(guarded()));
    peer.send(json("{'id':1,'method':'" + method + "','meta':{'auth':'" + ANN + "x'}}"));

    v1Error(peer.read(), "1", ErrorCode.UNAUTHORIZED, Executed.NO);
  }

  @Test
  void row104_aMethodThatIsNotTheCallersIsForbiddenWhateverItsParams() {
    RawPeer peer = rawClient(start(guarded()));
    String auth = ",'meta':{'auth':'token-of-bob'}}";
    peer.send(json("{'id':1,'method':'text.echo','params':[5,5,5]" + auth));

    v1Error(peer.read(), "1", ErrorCode.FORBIDDEN, Executed.NO);
  }

  @Test
  void row105_aFileThatIsMissingIsRefused() {
    assertThatThrownBy(() -> TokenFile.open(folder.resolve("none"), inPlace))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ann", "ann secret", "# fine\nann/x 00", "ann \u0000"})
  void row105_aFileThatIsMalformedIsRefusedWithoutRepeatingIt(String text) throws IOException {
    write(text);

    assertThatThrownBy(() -> TokenFile.open(file, inPlace))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void row105_aTokenOfTwoCallersIsRefused() throws IOException {
    write(line("ann", ANN), line("bob", ANN));

    assertThatThrownBy(() -> TokenFile.open(file, inPlace))
        .hasMessage("line 2: a token that is there already (expected: each token once)");
  }

  @Test
  void aFileThatIsClosedIsNotReadAgain() throws IOException {
    tokens.close();
    write("# nobody");
    reload();

    assertThat(tokens.verify(ANN)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "broken", "ann 00"})
  void row106_aFileThatBreaksLeavesTheTokensInForceAndIsLoggedOnce(String text) throws IOException {
    Client client = client(start(guarded()));
    try (LogCapture log = new LogCapture()) {
      write(text);
      reload();
      reload();

      assertThat(client.call(WHO, null, AS_ANN)).isEqualTo("token:ann");
      log.line("token_file=.*server.tokens kept_tokens=2 because=\".*expected.*\"");
      LogCapture.awaitQuiet();
      assertThat(log.holding("kept_tokens")).hasSize(1);
    }
  }

  @Test
  void row106_aFileThatIsTakenAwayLeavesTheTokensInForce() throws IOException {
    Client client = client(start(guarded()));
    try (LogCapture log = new LogCapture()) {
      Files.delete(file);
      reload();

      assertThat(client.call(WHO, null, AS_ANN)).isEqualTo("token:ann");
      log.line("token_file=.* kept_tokens=2 because=\".*server.tokens: no such file\"");
    }
  }

  @Test
  void row106_aFileThatIsMendedCountsAgain() throws IOException {
    Client client = client(start(guarded()));
    write("broken");
    reload();
    write(line("eve", "token-of-eve"));
    reload();

    assertThat(client.call(WHO, null, CallOptions.DEFAULT.withAuth("token-of-eve")))
        .isEqualTo("token:eve");
  }

  @Test
  void row107_aTokenThatWasTakenOutIsRefused() throws IOException {
    Client client = client(start(guarded()));
    client.call(WHO, null, AS_ANN);
    write("# nobody");
    reload();

    expect(failure(() -> client.call(WHO, null, AS_ANN)), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void row108_aNewTokenOfTheSameNameIsTheSameCaller() throws IOException {
    Client client = client(start(guarded()));
    int first = client.call(PAY, new Pair(1, 2), AS_ANN.withKey(KEY));
    write(line("ann", ANN), line("ann", "new"));
    reload();

    assertThat(client.call(PAY, new Pair(1, 2), AS_ANN.withAuth("new").withKey(KEY)))
        .isEqualTo(first);
  }

  @Test
  void row108_theSameTokenUnderAnotherNameIsAnotherCaller() throws IOException {
    Server server = start(guarded());
    int first = client(server).call(PAY, new Pair(1, 2), AS_ANN.withKey(KEY));
    write(line("anne", ANN));
    reload();

    assertThat(client(server).call(PAY, new Pair(1, 2), AS_ANN.withKey(KEY))).isNotEqualTo(first);
  }

  @Test
  void row109_aTokenDoesNotLeaveForAnotherMachine() throws IOException {
    try (MemoryTransport elsewhere = new MemoryTransport();
        Server server = guarded(elsewhere)) {
      Client client = client(elsewhere, server.address(), b -> b);

      RpcException e = failure(() -> client.call(WHO, null, AS_ANN));
      expect(e, ErrorCode.UNAUTHORIZED);
      assertThat(e.isRemote()).isFalse();
      client.close();
    }
  }

  @Test
  void row109_aTokenLeavesIfItIsAllowedTo() throws IOException {
    try (MemoryTransport elsewhere = new MemoryTransport();
        Server server = guarded(elsewhere)) {
      Client client = client(elsewhere, server.address(), b -> b.allowPlainTokens());

      assertThat(client.call(WHO, null, AS_ANN)).isEqualTo("token:ann");
      client.close();
    }
  }

  @Test
  void aServerOfOthersWithoutAuthenticationIsWorthAWarning() throws IOException {
    try (LogCapture log = new LogCapture();
        MemoryTransport elsewhere = new MemoryTransport();
        Server _ = Server.builder(elsewhere).listen(otherMachine())) {
      log.line("listening=.* authentication=none");
    }
  }

  @Test
  void aServerOfOthersThatAsksWhoCallsIsNot() throws IOException {
    try (LogCapture log = new LogCapture();
        MemoryTransport elsewhere = new MemoryTransport();
        Server _ = guarded(elsewhere)) {
      LogCapture.awaitQuiet();
      assertThat(log.holding("authentication=none")).isEmpty();
    }
  }

  @Test
  void aVerifierThatBlocksIsAskedOffTheThreadThatReads() {
    CompletableFuture<Thread> asked = new CompletableFuture<>();
    Server server =
        start(
            usualServer()
                .authenticate(
                    _ -> {
                      asked.complete(Thread.currentThread());
                      return null;
                    }));
    RawPeer peer = rawClient(server);
    peer.send(json("{'id':1,'method':'none','meta':{'auth':'t'}}"));

    assertThat(result(asked).isVirtual()).isTrue();
  }

  private Server guarded(MemoryTransport over) throws IOException {
    return Server.builder(over)
        .serve(WHO, _ -> Request.current().caller().name())
        .authenticate(tokens)
        .listen(otherMachine());
  }

  private static InetSocketAddress otherMachine() throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 0);
  }
}

package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Row 163: who listens there sends back what it gets, as the echo service of port 7 does. */
@OverSockets
@Timeout(60)
class EchoRowsTest {
  private static final Method<List<Integer>, Integer> ADD =
      Method.of("add", new TypeRef<List<Integer>>() {}, Integer.class);

  private final Transport transport;
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Client> clients = new ArrayList<>();

  EchoRowsTest(TestTransport kind) throws IOException {
    transport = kind.create();
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @AfterEach
  void close() throws IOException {
    clients.forEach(Client::close);
    transport.close();
    listener.close();
  }

  private Client client(Dialect dialect) {
    Client client =
        Client.builder(transport)
            .dialect(dialect)
            .retry(RetryPolicy.NONE)
            .failFast()
            .connect((InetSocketAddress) listener.getLocalSocketAddress());
    clients.add(client);
    return client;
  }

  static Stream<Arguments> calls() {
    return Stream.of(Dialect.values())
        .flatMap(
            dialect ->
                Stream.of("add", "rpc.ping", "rpc.goaway", "rpc.hello", "rpc.discover")
                    .map(method -> Arguments.of(dialect, method)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void row163_aPeerThatSendsBackWhatItGetsIsNamedAndPromisesNothing(
      Dialect dialect, String method) {
    Client client = client(dialect);
    RpcException failure =
        failure(client.callAsync(Method.of(method, Void.class, Object.class), null));
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure).hasMessageContaining("the peer sends back what it is sent");
    assertThat(failure.executed()).isEqualTo(Executed.MAYBE);
  }

  /** What has not left by then has certainly not run. */
  @ParameterizedTest
  @MethodSource("dialects")
  void row163_soDoNoneOfManyCallsAtOnce(Dialect dialect) {
    Client client = client(dialect);
    List<CompletableFuture<Integer>> calls =
        Stream.generate(() -> client.callAsync(ADD, List.of(1, 2))).limit(100).toList();
    for (CompletableFuture<Integer> call : calls) {
      RpcException failure = failure(call);
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
      if (failure.executed() != Executed.MAYBE) {
        assertThat(failure.executed()).isEqualTo(Executed.NO);
        assertThat(failure.details()).containsEntry("stage", "client_queue");
      }
    }
  }

  static Stream<Dialect> dialects() {
    return Stream.of(Dialect.values());
  }

  /** Its hello comes first, so that the operation itself is never sent. */
  @Test
  void row163_anOperationThatHappensOnceIsNotSent() {
    Client client = client(Dialect.V1);
    RpcException failure =
        failure(
            client.callAsync(
                ADD.effect(Effect.ONCE),
                List.of(1, 2),
                CallOptions.DEFAULT.withKey("a key of 16 characters")));
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE.name());
    assertThat(failure).hasMessageContaining("the peer sends back what it is sent");
    assertThat(failure.executed()).isEqualTo(Executed.NO);
  }

  private static RpcException failure(CompletableFuture<?> call) {
    return (RpcException) call.handle((_, failure) -> failure).join();
  }
}

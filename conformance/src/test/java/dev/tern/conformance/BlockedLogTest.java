package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tern.core.Counter;
import dev.tern.core.Gate;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.log.LogQueue;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A log that takes nothing, like a pipe that nobody reads, holds up no call. */
final class BlockedLogTest extends EveryTransport {
  private static final Method<Void, String> FAIL = Method.of("test.fail", Void.class, String.class);

  private final CountDownLatch holds = new CountDownLatch(1);
  private final CountDownLatch reads = new CountDownLatch(1);
  private final ExecutorService executor =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tern");
  private final AppenderBase<ILoggingEvent> blocked =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          holds.countDown();
          try {
            reads.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      };

  @BeforeEach
  void blockTheLog() {
    LogCapture.awaitQuiet();
    blocked.start();
    logger.addAppender(blocked);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void readTheLog() {
    reads.countDown();
    logger.detachAppender(blocked);
    logger.setLevel(null); // as above it
    executor.shutdown();
  }

  @Test
  void row92_aThreadThatMovesBytesGoesOn() {
    RawPeer peer = rawClient(start(usualServer()));
    for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
      peer.send("[]");
      assertThat(peer.read().at("/error/data/code").asString("")).isEqualTo("BAD_REQUEST");
    }
    awaitCount(holds);
  }

  @Test
  void row92_aTransportWhoseAcceptorFailsGoesOn() throws IOException {
    assumeThat(kind).as("it writes to no log itself").isNotEqualTo(TestTransport.MEMORY);
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (Transport.Listener listener =
        transport.listen(
            anyPort,
            connection -> {
              throw new IllegalStateException("a bug");
            })) {
      for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
        assertEnds(listener.address());
      }
    }
    awaitCount(holds);
  }

  private static void assertEnds(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout((int) Duration.ofSeconds(Gate.PATIENCE_SECONDS).toMillis());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection has not ended", e);
    } catch (SocketException reset) {
      // ended, too
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "inline", "pool", "executor"})
  void row92_everyFailingCallIsAnswered(String name) {
    Lane lane =
        switch (name) {
          case "virtual" -> Lane.VIRTUAL;
          case "inline" -> Lane.INLINE;
          case "executor" -> Lane.of(executor);
          default -> Lane.pool("p");
        };
    Client client =
        client(
            start(
                usualServer()
                    .pool("p", 2, 1_000)
                    .serve(
                        FAIL,
                        lane,
                        _ -> {
                          throw new IllegalStateException("a bug");
                        })));
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      calls.add(client.callAsync(FAIL, null));
    }

    for (CompletableFuture<String> call : calls) {
      RpcException failure = failure(call);
      assertThat(failure.code()).isEqualTo("INTERNAL");
    }
    awaitCount(holds);
  }

  /** Of each call that took more than one attempt the client has a line. */
  @Test
  void row92_everyCallOfAClientEndsThatWritesALine() {
    Server server =
        start(
            usualServer()
                .serve(
                    FAIL,
                    _ -> {
                      throw RpcException.refusal(ErrorCode.SERVER_BUSY, "never");
                    }));
    Logger calls = (Logger) LoggerFactory.getLogger("dev.tern.calls");
    calls.setLevel(Level.OFF); // the server's, else its first line would be the one that waits
    try {
      Client client = client(server.address(), b -> b.retry(RetryPolicy.DEFAULT.withAttempts(2)));
      List<CompletableFuture<String>> failing = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        failing.add(client.callAsync(FAIL, null));
      }

      failing.forEach(
          call -> assertThat(failure(call).code()).isEqualTo(ErrorCode.SERVER_BUSY.name()));
      awaitCount(holds);
    } finally {
      calls.setLevel(null);
    }
  }

  /** Who watches a server must learn that its log is not whole, also while it writes nothing. */
  @Test
  void row92_linesThatAreDroppedAreCountedAndTold() {
    try (LogCapture log = new LogCapture()) {
      Server server = start(usualServer().tellStats(true));
      Client client = client(server);
      LogQueue.SHARED.add(() -> logger.warn("waits"));
      awaitCount(holds);
      int capacity = 1_024;
      for (int i = 0; i < capacity + 3; i++) {
        LogQueue.SHARED.add(() -> {});
      }
      Server later = start(usualServer());

      long counted = later.stats().count(Counter.LOG_LINES_DROPPED);
      assertThat(server.stats().count(Counter.LOG_LINES_DROPPED) - counted)
          .as("since the server began")
          .isGreaterThanOrEqualTo(3);
      assertThat(client.stats().count(Counter.LOG_LINES_DROPPED)).isGreaterThanOrEqualTo(3);
      JsonNode told = client.call("rpc.stats", null, JsonNode.class);
      assertThat(told.at("/counts/log_lines_dropped").asLong()).isGreaterThanOrEqualTo(3);

      reads.countDown();
      log.line("log_lines_dropped=\\d+");
    }
  }
}

package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tern.core.Gate;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.transport.Transport;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A log that takes nothing, like a pipe that nobody reads, holds up no call. */
final class BlockedLogTest extends EveryTransport {
  private static final Method<Void, String> FAIL = Method.of("test.fail", Void.class, String.class);

  private final CountDownLatch reads = new CountDownLatch(1);
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tern");
  private final AppenderBase<ILoggingEvent> blocked =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          try {
            reads.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      };

  @BeforeEach
  void blockTheLog() {
    blocked.start();
    logger.addAppender(blocked);
  }

  @AfterEach
  void readTheLog() {
    reads.countDown();
    logger.detachAppender(blocked);
  }

  @Test
  void row92_aThreadThatMovesBytesGoesOn() throws IOException {
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
  @ValueSource(strings = {"virtual", "inline", "pool"})
  void row92_everyFailingCallIsAnswered(String name) {
    Lane lane =
        switch (name) {
          case "virtual" -> Lane.VIRTUAL;
          case "inline" -> Lane.INLINE;
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
  }
}

package dev.tern.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.transport.Connection;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** What TLS says of its own accord is bounded, like everything that a peer can bring about. */
final class OutboundTest {
  private final AtomicInteger writes = new AtomicInteger();
  private long unsentBytes;

  /** Takes all, and sends nothing. */
  private Connection stalled() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "unsentBytes" -> unsentBytes;
                  case "write" -> {
                    writes.incrementAndGet();
                    unsentBytes += ((byte[]) arguments[0]).length;
                    yield null;
                  }
                  default -> null;
                });
  }

  private static SSLEngine client() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    engine.beginHandshake();
    return engine;
  }

  @Test
  void aPeerThatReadsNoAnswersGetsNoMoreOfThem() throws Exception {
    Outbound outbound = new Outbound(stalled(), client());
    unsentBytes = 2L * Connection.SEND_PROGRESS_BYTES + 1;

    assertThatThrownBy(outbound::sendOwn)
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("asks for answers and does not read them");
    assertThat(writes).hasValue(0);
  }

  @Test
  void whatTheTransportHoldsCountsAsUnsent() throws Exception {
    Outbound outbound = new Outbound(stalled(), client());
    outbound.sendOwn();
    assertThat(writes).hasValue(1);
    assertThat(outbound.sentBytes()).isZero();

    outbound.add(new byte[100]);

    assertThat(outbound.unsentBytes()).isEqualTo(100);
    outbound.stop();
    assertThat(outbound.unsentBytes()).isZero();
    assertThat(outbound.sentBytes()).isZero();
  }
}

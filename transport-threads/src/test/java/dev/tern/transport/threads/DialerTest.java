package dev.tern.transport.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DialerTest {

  private static final Duration AMPLE = Duration.ofSeconds(10);

  private static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetSocketAddress named(int port) {
    return InetSocketAddress.createUnresolved("orders.test", port);
  }

  @Test
  void triesTheNextAddressWhenOneRefuses() throws IOException {
    Dialer dialer = new Dialer(host -> new InetAddress[] {loopback(2), loopback(1)});
    try (ServerSocket server = new ServerSocket(0, 1, loopback(1));
        Socket socket = dialer.dial(named(server.getLocalPort()), AMPLE)) {
      assertThat(socket.getInetAddress()).isEqualTo(loopback(1));
    }
  }

  @Test
  void looksTheHostUpAtEachCall() throws IOException {
    AtomicInteger lookUps = new AtomicInteger();
    Dialer dialer =
        new Dialer(
            host -> {
              lookUps.incrementAndGet();
              return new InetAddress[] {loopback(1)};
            });
    try (ServerSocket server = new ServerSocket(0, 2, loopback(1))) {
      dialer.dial(named(server.getLocalPort()), AMPLE).close();
      dialer.dial(named(server.getLocalPort()), AMPLE).close();
    }

    assertThat(lookUps).hasValue(2);
  }

  @Test
  void saysThatAHostIsUnknown() {
    Dialer dialer =
        new Dialer(
            host -> {
              throw new UnknownHostException(host);
            });

    assertThatThrownBy(() -> dialer.dial(named(7), AMPLE))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to orders.test:7: the host is unknown");
  }

  @Test
  void takesAnEmptyAnswerForAnUnknownHost() {
    Dialer dialer = new Dialer(host -> new InetAddress[0]);

    assertThatThrownBy(() -> dialer.dial(named(7), AMPLE))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to orders.test:7: the host is unknown");
  }

  @Test
  void aHungLookUpEndsWithTheTimeoutAndIsShared() {
    CountDownLatch hung = new CountDownLatch(1);
    AtomicInteger lookUps = new AtomicInteger();
    Dialer dialer =
        new Dialer(
            host -> {
              lookUps.incrementAndGet();
              try {
                hung.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return new InetAddress[0];
            });
    try {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> dialer.dial(named(7), Duration.ofMillis(50)))
            .isInstanceOf(IOException.class)
            .hasMessage(
                "cannot connect to orders.test:7: no answer to the look-up of the host within"
                    + " 50 ms");
      }

      assertThat(lookUps).hasValue(1);
    } finally {
      hung.countDown();
    }
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, loopback(1))) {
      port = server.getLocalPort();
    }
    Dialer dialer = new Dialer(host -> new InetAddress[] {loopback(1)});

    assertThatThrownBy(() -> dialer.dial(named(port), AMPLE))
        .hasMessage("cannot connect to orders.test:" + port + ": refused, nobody listens there");
  }

  @Test
  void anIpv6AddressStandsInBrackets() throws UnknownHostException {
    InetAddress address =
        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    assertThat(Dialer.text(new InetSocketAddress(address, 7))).isEqualTo("[0:0:0:0:0:0:0:1]:7");
  }
}

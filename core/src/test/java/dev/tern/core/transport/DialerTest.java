package dev.tern.core.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.runtime.Timers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DialerTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** A clock that stands still unless a test moves it; nothing is ever due. */
  private static final class StillTimers implements Timers {
    final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanoTime() {
      return nanos.get();
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      return () -> {};
    }

    void passMillis(int millis) {
      nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
  }

  private final StillTimers timers = new StillTimers();

  private static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static final InetSocketAddress NAMED =
      InetSocketAddress.createUnresolved("orders.test", 7);

  private Dialer dialer(InetAddress... answer) {
    return new Dialer(timers, host -> answer);
  }

  @Test
  void triesTheNextAddressWhenOneFails() throws IOException {
    InetSocketAddress reached =
        dialer(loopback(2), loopback(1))
            .dial(
                NAMED,
                SECOND,
                (address, millis) -> {
                  if (address.getAddress().equals(loopback(2))) {
                    throw new ConnectException("Connection refused");
                  }
                  return address;
                });

    assertThat(reached).isEqualTo(new InetSocketAddress(loopback(1), 7));
  }

  @Test
  void aResolvedAddressIsNotLookedUp() throws IOException {
    InetSocketAddress address = new InetSocketAddress(loopback(3), 7);

    assertThat(dialer().<InetSocketAddress>dial(address, SECOND, (one, millis) -> one))
        .isEqualTo(address);
  }

  @Test
  void eachAddressGetsItsShareOfTheTimeThatIsLeft() {
    List<Integer> shares = new ArrayList<>();

    assertThatThrownBy(
            () ->
                dialer(loopback(1), loopback(2), loopback(3))
                    .dial(
                        NAMED,
                        SECOND,
                        (address, millis) -> {
                          shares.add(millis);
                          timers.passMillis(100);
                          throw new ConnectException("Connection refused");
                        }))
        .isInstanceOf(IOException.class);
    assertThat(shares).containsExactly(333, 450, 800);
  }

  @Test
  void withoutTimeNoFurtherAddressIsTried() {
    AtomicInteger attempts = new AtomicInteger();

    assertThatThrownBy(
            () ->
                dialer(loopback(1), loopback(2))
                    .dial(
                        NAMED,
                        SECOND,
                        (address, millis) -> {
                          attempts.incrementAndGet();
                          timers.passMillis(1_000);
                          throw new SocketTimeoutException();
                        }))
        .hasMessage("cannot connect to orders.test:7: no answer within 1000 ms");
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anInterruptedCallerTriesNoFurther() {
    AtomicInteger attempts = new AtomicInteger();

    assertThatThrownBy(
            () ->
                dialer(loopback(1), loopback(2))
                    .dial(
                        NAMED,
                        SECOND,
                        (address, millis) -> {
                          attempts.incrementAndGet();
                          Thread.currentThread().interrupt();
                          throw new IOException("interrupted");
                        }))
        .hasMessage("cannot connect to orders.test:7: interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void looksTheHostUpAtEachCall() throws IOException {
    AtomicInteger lookUps = new AtomicInteger();
    Dialer dialer =
        new Dialer(
            timers,
            host -> {
              lookUps.incrementAndGet();
              return new InetAddress[] {loopback(1)};
            });

    dialer.dial(NAMED, SECOND, (address, millis) -> address);
    dialer.dial(NAMED, SECOND, (address, millis) -> address);

    assertThat(lookUps).hasValue(2);
  }

  @Test
  void saysThatAHostIsUnknown() {
    Dialer dialer =
        new Dialer(
            timers,
            host -> {
              throw new UnknownHostException(host);
            });

    assertThatThrownBy(() -> dialer.dial(NAMED, SECOND, (address, millis) -> address))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to orders.test:7: the host is unknown")
        .hasCauseInstanceOf(UnknownHostException.class);
  }

  @Test
  void takesAnEmptyAnswerForAnUnknownHost() {
    assertThatThrownBy(() -> dialer().dial(NAMED, SECOND, (address, millis) -> address))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot connect to orders.test:7: the host is unknown");
  }

  @Test
  void aHungLookUpEndsWithTheTimeoutAndIsShared() {
    CountDownLatch hung = new CountDownLatch(1);
    AtomicInteger lookUps = new AtomicInteger();
    Dialer dialer =
        new Dialer(
            Timers.system(),
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
        assertThatThrownBy(
                () -> dialer.dial(NAMED, Duration.ofMillis(50), (address, millis) -> address))
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

  private void assertReason(IOException failure, String reason) {
    InetSocketAddress address = new InetSocketAddress(loopback(1), 7);
    assertThatThrownBy(
            () ->
                dialer()
                    .dial(
                        address,
                        SECOND,
                        (one, millis) -> {
                          throw failure;
                        }))
        .hasMessage("cannot connect to 127.0.0.1:7: " + reason)
        .hasCause(failure);
  }

  @Test
  void saysThatNobodyListens() {
    assertReason(new ConnectException("Connection refused"), "refused, nobody listens there");
  }

  @Test
  void saysThatThereIsNoRoute() {
    assertReason(new NoRouteToHostException("No route to host"), "no route to the host");
  }

  @Test
  void saysThatTheNetworkIsUnreachable() {
    assertReason(new ConnectException("Network is unreachable"), "no route to the host");
  }

  @Test
  void saysThatNobodyAnswered() {
    assertReason(new ConnectException("Connection timed out"), "no answer within 1000 ms");
  }

  @Test
  void saysWhatItDoesNotKnow() {
    assertReason(new IOException("Too many open files"), "Too many open files");
  }

  @Test
  void aConnectionFromAnAddressToTheSameLeadsToItself() {
    assertThat(Dialer.isToItself(new InetSocketAddress(loopback(1), 7), loopbackPort(7))).isTrue();
  }

  @Test
  void aConnectionFromAnotherPortOrToAnUnknownEndDoesNot() {
    assertThat(Dialer.isToItself(loopbackPort(8), loopbackPort(7))).isFalse();
    assertThat(Dialer.isToItself(new InetSocketAddress(loopback(2), 7), loopbackPort(7))).isFalse();
    assertThat(Dialer.isToItself(null, null)).isFalse();
  }

  private static InetSocketAddress loopbackPort(int port) {
    return new InetSocketAddress(loopback(1), port);
  }

  @Test
  void anIpv6AddressStandsInBrackets() throws UnknownHostException {
    InetAddress address =
        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    assertThat(HostPort.of(new InetSocketAddress(address, 7))).hasToString("[0:0:0:0:0:0:0:1]:7");
  }
}

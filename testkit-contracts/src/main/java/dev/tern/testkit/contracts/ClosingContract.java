package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Part 4 of the contract: every way in which a connection ends. */
abstract class ClosingContract extends BackpressureContract {

  /** {@link Connection#LINGER_MILLIS} and what a busy machine adds. */
  static final long LINGERED_MILLIS = 4L * Connection.LINGER_MILLIS;

  /** Longer than a connection that has sent everything waits for its peer. */
  private static final long LATE_MILLIS = 3L * Connection.LINGER_MILLIS / 2;

  /** A pause of a peer that is slow. */
  static Executor later() {
    return CompletableFuture.delayedExecutor(LATE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Test
  void aCloseIsTheEndOfThePeersInput() {
    Link link = link(client -> client, server -> server.uponEnd(Connection::close));

    link.client().run(Connection::close);

    link.server().awaitEndOfInput();
    assertThat(link.client().awaitClosed()).isNull();
    assertThat(link.server().awaitClosed()).isNull();
  }

  @Test
  void theEndOfInputAloneClosesNothing() {
    Link link = link();

    link.client().run(Connection::close);
    link.server().awaitEndOfInput();

    if (endsOneDirection()) {
      assertThat(link.server().timesClosed()).isZero();
    } else {
      assertThat(link.server().awaitClosed()).isNotNull();
    }
  }

  @Test
  void closingSendsWhatIsQueued() {
    byte[] sent = randomBytes(4 * MIB);
    Link link = link(client -> client, server -> server.uponEnd(Connection::close));

    link.client()
        .run(
            connection -> {
              connection.write(sent.clone());
              connection.close();
            });

    link.server().awaitEndOfInput();
    assertThat(link.server().bytes()).as("seed %d", SEED).isEqualTo(sent);
    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void afterClosingNothingMoreIsSent() {
    Link link = link(client -> client, server -> server.uponEnd(Connection::close));

    link.client()
        .run(
            connection -> {
              connection.write(new byte[] {1});
              connection.close();
              connection.write(new byte[] {2});
              connection.flush();
              connection.close();
            });

    link.server().awaitEndOfInput();
    assertThat(link.server().bytes()).containsExactly(1);
  }

  @Test
  void afterClosingNoByteReachesTheHandler() {
    int[] seen = new int[1];
    Link link =
        link(
            client ->
                client.uponBytes(
                    (connection, bytes) -> {
                      connection.close();
                      seen[0] += bytes.length;
                    }),
            server -> server.uponEnd(Connection::close));

    link.server().send(new byte[MIB]);

    assertThat(link.client().awaitClosed()).isNull();
    assertThat(seen[0]).isBetween(1, 64 << 10);
    assertThat(link.client().count()).isEqualTo(seen[0]);
  }

  @Test
  void closingFromTheAcceptorIsAllowed() {
    Link link =
        link(
            client -> client.uponEnd(Connection::close),
            server -> {
              server.connection.write(new byte[] {9});
              server.connection.close();
              return server;
            });

    link.client().awaitEndOfInput();
    assertThat(link.client().bytes()).containsExactly(9);
    assertThat(link.server().awaitClosed()).isNull();
  }

  @Test
  void closingLingersAboutASecondForAPeerThatStays() {
    Link link = link();
    long start = System.nanoTime();

    link.client().run(Connection::close);

    assertThat(link.client().awaitClosed()).isNull();
    assertThat(Recorder.millisSince(start)).isLessThan(LINGERED_MILLIS);
  }

  @Test
  void closingSendsItAllToAPeerThatReadsLate() {
    byte[] sent = randomBytes(FLOOD_BYTES);
    Link link = linkToPausing();
    link.server().uponEnd(Connection::close);
    link.client().send(sent.clone());

    link.client().run(Connection::close);
    later().execute(() -> readOn(link.server()));

    link.server().awaitEndOfInput();
    assertThat(link.server().bytes()).as("seed %d", SEED).isEqualTo(sent);
    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void whileClosingOneSeesWhetherThePeerReads() {
    Link link = linkToPausing();
    link.client().send(new byte[FLOOD_BYTES]);

    link.client().run(Connection::close);

    assertThat(link.client().unsentBytes()).isPositive();
    assertThat(link.client().<Long>ask(client -> client.unsentBytes() + client.sentBytes()))
        .isEqualTo(FLOOD_BYTES);
    readOn(link.server());
    Recorder.eventually("all sent", () -> link.client().unsentBytes() == 0);
  }

  @Test
  void abortEndsACloseThatCannotFlush() {
    Link link = linkToPausing();
    link.client().send(new byte[FLOOD_BYTES]);
    link.client().run(Connection::close);

    link.client().connection.abort();

    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void aPausedConnectionCanBeClosed() {
    Link link =
        link(
            client -> client.uponEnd(Connection::close),
            server ->
                server
                    .uponBytes((connection, bytes) -> connection.pauseReading())
                    .uponEnd(Connection::close));
    link.client().send(new byte[MIB]);
    link.server().awaitBytes(1);

    link.server().run(Connection::close);

    link.client().awaitEndOfInput();
    assertThat(link.server().awaitClosed()).isNull();
    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void abortEndsAtOnceFromAnyThread() {
    Link link = link();

    link.client().connection.abort();

    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void thePeerOfAnAbortSeesAFailure() {
    Link link = link();

    link.client().connection.abort();

    assertThat(link.server().awaitClosed()).isNotNull();
  }

  @Test
  void abortInsideOnBytesIsTheLastOfThem() {
    Link link =
        link(
            client -> client.uponBytes((connection, bytes) -> connection.abort()),
            server -> server);

    link.server().send(new byte[MIB]);

    assertThat(link.client().awaitClosed()).isNull();
    assertThat(link.client().count()).isBetween(1, 64 << 10);
  }

  @Test
  void abortDoesNotWaitForABacklog() {
    Link link = linkToPausing();
    link.client().send(new byte[FLOOD_BYTES]);

    link.client().connection.abort();

    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void aPausedConnectionCanBeAborted() {
    Link link = link();
    link.server().run(Connection::pauseReading);

    link.server().connection.abort();

    assertThat(link.server().awaitClosed()).isNull();
  }

  @Test
  void abortCutsALingeringCloseShort() {
    Link link = link();
    link.client().run(Connection::close);

    link.client().connection.abort();

    assertThat(link.client().awaitClosed()).isNull();
  }

  @Test
  void closingTheTransportEndsItsConnectionsAndThreads() {
    Link link = link();
    Server server = server();

    transport.close();

    assertThat(link.client().timesClosed()).isEqualTo(1);
    assertThat(link.server().timesClosed()).isEqualTo(1);
    assertThat(threads()).isEmpty();
    server.close();
  }

  @Test
  void closingTheTransportTwiceIsHarmless() {
    link();

    transport.close();
    transport.close();

    assertThat(threads()).isEmpty();
  }

  /** The threads of the transport that still live after a while: those that end have had time. */
  private List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(threadNamePrefix()))
        .filter(thread -> !joined(thread))
        .toList();
  }

  private static boolean joined(Thread thread) {
    try {
      return thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}

package dev.tern.testkit.contracts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** What the parts of the contract share: one transport a test, and linked pairs of recorders. */
@Timeout(60)
abstract class ContractFixture {

  static final long SEED = 0x7e51;
  static final int MIB = 1 << 20;

  /** More than the operating system buffers for a peer that does not read. */
  static final int FLOOD_BYTES = 16 * MIB;

  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Both ends of one connection. */
  record Link(Recorder client, Recorder server) {}

  private final ConcurrentLinkedQueue<Recorder> recorders = new ConcurrentLinkedQueue<>();
  Transport transport;

  /** A new transport with its default settings; the contract closes it. */
  protected abstract Transport newTransport();

  /** How the names of the transport's threads begin. */
  protected abstract String threadNamePrefix();

  /** Whether a connection goes on when one of its directions has ended. */
  protected boolean endsOneDirection() {
    return true;
  }

  @BeforeEach
  void openTransport() {
    transport = newTransport();
  }

  /**
   * Checks for every test that closing ends each connection once, and that no handler saw a breach.
   */
  @AfterEach
  void closeTransportAndCheckHandlers() {
    transport.close();
    for (Recorder recorder : recorders) {
      assertThat(recorder.timesClosed()).as("onClosed after Transport.close").isEqualTo(1);
      assertThat(recorder.breaches()).isEmpty();
    }
  }

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** A listener and those that it has accepted. */
  final class Server implements AutoCloseable {
    private final BlockingQueue<Recorder> accepted = new LinkedBlockingQueue<>();
    final Transport.Listener listener;

    Server(UnaryOperator<Recorder> setUp) {
      try {
        listener =
            transport.listen(
                anyPort(),
                connection -> {
                  Recorder recorder = recorder(setUp.apply(new Recorder(connection)));
                  accepted.add(recorder);
                  return recorder;
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    InetSocketAddress address() {
      return listener.address();
    }

    Recorder next() {
      try {
        Recorder recorder = accepted.poll(Recorder.WAIT_SECONDS, SECONDS);
        assertThat(recorder).as("an accepted connection").isNotNull();
        return recorder;
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  Server server() {
    return server(recorder -> recorder);
  }

  Server server(UnaryOperator<Recorder> setUp) {
    return new Server(setUp);
  }

  /** A server that sends back what it gets, and closes after its peer has. */
  Server echoServer() {
    return server(
        recorder ->
            recorder
                .uponBytes(
                    (connection, bytes) -> {
                      connection.write(bytes);
                      connection.flush();
                    })
                .uponEnd(Connection::close));
  }

  Recorder connect(InetSocketAddress address) {
    return connect(address, recorder -> recorder);
  }

  Recorder connect(InetSocketAddress address, UnaryOperator<Recorder> setUp) {
    Recorder[] made = new Recorder[1];
    try {
      transport.connect(
          address,
          CONNECT_TIMEOUT,
          connection -> made[0] = recorder(setUp.apply(new Recorder(connection))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return made[0];
  }

  Link link() {
    return link(recorder -> recorder, recorder -> recorder);
  }

  Link link(UnaryOperator<Recorder> client, UnaryOperator<Recorder> server) {
    try (Server listening = server(server)) {
      Recorder connected = connect(listening.address(), client);
      return new Link(connected, listening.next());
    }
  }

  private Recorder recorder(Recorder recorder) {
    recorders.add(recorder);
    return recorder;
  }

  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  /** Makes some round trips on another connection, which gives what is under way time to arrive. */
  void letOthersRun() {
    try (Server server = echoServer()) {
      Recorder client = connect(server.address());
      for (int i = 1; i <= 50; i++) {
        client.send(new byte[1]);
        client.awaitBytes(i);
      }
      client.run(Connection::close);
      client.awaitClosed();
    }
  }
}

package dev.tern.bench.lab.trial;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller at another address, which makes calls by the clock whatever it is told. A socket and two
 * threads: it must not be what the others wait for.
 */
final class Flood implements AutoCloseable {
  /** Of this machine, and not the one that the others call from. */
  private static final String ADDRESS = "127.0.0.2";

  /** So often a second it writes what is due. */
  private static final int WRITES_A_SECOND = 200;

  private final Socket socket;
  private final int perSecond;
  private volatile boolean closed;

  private Flood(Socket socket, int perSecond) {
    this.socket = socket;
    this.perSecond = perSecond;
  }

  /**
   * Starts it.
   *
   * @throws IOException if this machine has no such address, or the server is not there
   */
  static Flood start(int port, int perSecond) throws IOException {
    Socket socket = new Socket();
    try {
      socket.bind(new InetSocketAddress(ADDRESS, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Flood flood = new Flood(socket, perSecond);
      thread("lab-flood-writes", flood::write);
      thread("lab-flood-reads", flood::read);
      return flood;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void thread(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(name).start(task);
  }

  private void write() {
    long began = System.nanoTime();
    try {
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      for (long written = 0; !closed; ) {
        long due = Math.round((System.nanoTime() - began) / 1e9 * perSecond);
        for (; written < due; written++) {
          byte[] call = call(written);
          out.writeInt(call.length);
          out.write(call);
        }
        out.flush();
        LockSupport.parkNanos(1_000_000_000 / WRITES_A_SECOND);
      }
    } catch (IOException _) {
      // closed, or the server has ended it: the trial says what came of it
    }
  }

  private static byte[] call(long id) {
    String text =
        "{\"id\":%d,\"method\":\"%s\",\"params\":{\"by\":0},\"meta\":{\"timeout_ms\":1000}}"
            .formatted(id, Operation.GET.method().name());
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void read() {
    byte[] ignored = new byte[1 << 16];
    try {
      InputStream in = socket.getInputStream();
      while (in.read(ignored) >= 0) {}
    } catch (IOException _) {
      // likewise
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.tern.bench.own;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * What a handshake costs without Tern: the JDK's blocking TLS sockets, a virtual thread for each
 * connection. The bytes of one Tern request go there and come back.
 */
record TlsEchoContender() implements Contender {
  private static final int BACKLOG = 1_024;
  private static final int BUFFER_BYTES = 16 << 10;

  @Override
  public String name() {
    return "echo-tls";
  }

  @Override
  public String configuration() {
    return "the JDK's TLS sockets send a Tern request's bytes back, nothing is parsed; TLS 1.3, a"
        + " certificate of the server alone";
  }

  @Override
  public boolean multiplexes() {
    return false;
  }

  @Override
  public ServerSide serve() throws Exception {
    Certificates certificates = Certificates.make(name(), null);
    SSLServerSocket listener =
        (SSLServerSocket)
            certificates
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(listener));
    return new ServerSide() {
      @Override
      public int port() {
        return listener.getLocalPort();
      }

      @Override
      public void close() {
        closeQuietly(listener);
        certificates.close();
      }
    };
  }

  private static void closeQuietly(AutoCloseable what) {
    try {
      what.close();
    } catch (Exception _) {
      // It is gone in any case.
    }
  }

  private static void accept(SSLServerSocket listener) {
    while (true) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      byte[] buffer = new byte[BUFFER_BYTES];
      InputStream in = socket.getInputStream();
      for (int read; (read = in.read(buffer)) > 0; ) {
        socket.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException _) {
      // The client is gone.
    }
  }

  @Override
  public ClientSide client(int port) throws Exception {
    SSLSocketFactory sockets = Certificates.trusting(name()).getSocketFactory();
    return new ClientSide() {
      @Override
      public Connection connect() throws IOException {
        Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        return new EchoConnection(socket);
      }

      @Override
      public void close() {
        // Each connection is closed by itself.
      }
    };
  }

  private record EchoConnection(Socket socket) implements Connection {
    @Override
    public Call call(Work work) {
      byte[] frame = EchoFrames.of(work);
      return () -> {
        socket.getOutputStream().write(frame);
        byte[] back = socket.getInputStream().readNBytes(frame.length);
        if (back.length != frame.length) {
          throw new IllegalStateException(
              back.length + " bytes came back (expected: " + frame.length + ")");
        }
      };
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

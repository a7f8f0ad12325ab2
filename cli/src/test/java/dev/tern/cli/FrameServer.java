package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * Takes any number of connections and answers each frame, or not; keeps what came. The hello that a
 * client says by itself it answers by itself, and does not keep.
 */
public final class FrameServer implements AutoCloseable {
  private static final String GREETED = "{\"id\":\"hello\",\"ok\":true,\"result\":{}}";

  private final ServerSocket listener;
  private final UnaryOperator<String> answer;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /** A permit for each connection that has ended. */
  private final Semaphore ended;

  /**
   * @param answer the reply to a payload; null for none
   */
  public FrameServer(UnaryOperator<String> answer) throws IOException {
    this(answer, new Semaphore(0));
  }

  private FrameServer(UnaryOperator<String> answer, Semaphore ended) throws IOException {
    this.ended = ended;
    this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.answer = answer;
    Thread.ofPlatform().daemon().name("frame-server").start(this::accept);
  }

  /** Answers a v1 request with a result, {@code rpc.discover} with a document; null for none. */
  public static FrameServer of(String result, String document) throws IOException {
    return new FrameServer(
        request -> {
          String said = request.contains("\"rpc.discover\"") ? document : result;
          return said == null ? null : "{\"id\":1,\"ok\":true,\"result\":" + said + "}";
        });
  }

  /** As {@link #of}, but it answers a call when who has asked for the document has read it. */
  public static FrameServer tellingFirst(String result, String document) throws IOException {
    Semaphore ended = new Semaphore(0);
    return new FrameServer(
        request -> {
          boolean isCall = !request.contains("\"rpc.discover\"");
          if (isCall) {
            ended.acquireUninterruptibly();
          }
          return "{\"id\":1,\"ok\":true,\"result\":" + (isCall ? result : document) + "}";
        },
        ended);
  }

  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The payloads that came, of all connections. */
  public List<String> requests() {
    return requests;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  private void serve(Socket socket) {
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      while (true) {
        String request = new String(in.readNBytes(in.readInt()), UTF_8);
        boolean isHello = request.startsWith("{\"id\":\"hello\"");
        if (!isHello) {
          requests.add(request);
        }
        String reply = isHello ? GREETED : answer.apply(request);
        if (reply != null) {
          byte[] payload = reply.getBytes(UTF_8);
          out.writeInt(payload.length);
          out.write(payload);
          out.flush();
        }
      }
    } catch (IOException e) {
      // The client has closed.
    } finally {
      ended.release();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

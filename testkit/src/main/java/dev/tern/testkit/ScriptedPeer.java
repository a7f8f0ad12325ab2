package dev.tern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * A peer on a plain socket that does exactly what a test says, right or wrong: whole frames, half
 * frames, any bytes, a half-close, a reset. It knows how long a frame is, and but for {@link
 * #answerHello} nothing else of the protocol. For one thread at a time.
 *
 * <p>What does not come as expected, or not in time, is an {@link AssertionError}; sending to a
 * connection that is broken is an {@link UncheckedIOException}.
 */
public final class ScriptedPeer implements AutoCloseable {

  /** How long reading and expecting wait unless told otherwise: ample for a busy machine. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** The longest frame that is read: no memory is set aside on the strength of a length alone. */
  private static final int MAX_FRAME_BYTES = 128 << 20;

  /** How many of the bytes that were not expected a message shows. */
  private static final int MAX_SHOWN_BYTES = 256;

  private static final ObjectMapper JSON = new JsonMapper();

  /** Listens, so that a script can play the server. */
  public static final class Server implements AutoCloseable {
    private final ServerSocket serverSocket;

    private Server(ServerSocket serverSocket) {
      this.serverSocket = serverSocket;
    }

    /** Where to connect to. */
    public InetSocketAddress address() {
      return (InetSocketAddress) serverSocket.getLocalSocketAddress();
    }

    /**
     * The next connection.
     *
     * @throws AssertionError if there is none within {@link #DEFAULT_TIMEOUT}
     */
    public ScriptedPeer accept() {
      try {
        serverSocket.setSoTimeout((int) DEFAULT_TIMEOUT.toMillis());
        return new ScriptedPeer(serverSocket.accept());
      } catch (SocketTimeoutException e) {
        throw new AssertionError("nobody connected within " + DEFAULT_TIMEOUT, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Stops listening; accepted peers live on. */
    @Override
    public void close() {
      try {
        serverSocket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Socket socket;
  private final DataInputStream input;

  private ScriptedPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.input = new DataInputStream(socket.getInputStream());
  }

  /**
   * Connects as a client does.
   *
   * @throws UncheckedIOException if nobody answers
   */
  public static ScriptedPeer connect(InetSocketAddress address) {
    Socket socket = new Socket();
    try {
      InetSocketAddress target =
          address.isUnresolved()
              ? new InetSocketAddress(address.getHostString(), address.getPort())
              : address;
      socket.connect(target, (int) DEFAULT_TIMEOUT.toMillis());
      return new ScriptedPeer(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Listens on a free port of the loopback interface. */
  public static Server listen() {
    try {
      return new Server(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- sending

  /** Sends a frame: the length, then the text as UTF-8. */
  public ScriptedPeer sendFrame(String payload) {
    return sendFrame(payload.getBytes(UTF_8));
  }

  /** Sends a frame: the length, then the payload. */
  public ScriptedPeer sendFrame(byte[] payload) {
    return sendBytes(frame(payload));
  }

  /** Sends the beginning of a frame: its true length, but only the first bytes of its payload. */
  public ScriptedPeer sendPartOfFrame(String payload, int payloadBytes) {
    byte[] whole = frame(payload.getBytes(UTF_8));
    return sendBytes(Arrays.copyOf(whole, Integer.BYTES + payloadBytes));
  }

  /** Sends a length alone, true or not: 0 to 2^32-1. */
  public ScriptedPeer sendLength(long length) {
    if (length < 0 || length > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("length: " + length + " (expected: 0 to 2^32-1)");
    }
    return sendBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) length).array());
  }

  /** Sends bytes that are written in hexadecimal digits; white space between them is ignored. */
  public ScriptedPeer sendHex(String hex) {
    return sendBytes(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
  }

  /** Sends any bytes, in one write. */
  public ScriptedPeer sendBytes(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(Integer.BYTES + payload.length)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  /** Shuts the output down: the other side sees the end of its input, and can still reply. */
  public ScriptedPeer halfClose() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the connection with a reset. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  /** Closes the socket. Idempotent. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- reading

  /** Reads the payload of the next frame, which must be UTF-8. */
  public String readFrame() {
    return readFrame(DEFAULT_TIMEOUT);
  }

  /** Reads the payload of the next frame, which must be UTF-8. */
  public String readFrame(Duration timeout) {
    byte[] payload = readFrameBytes(timeout);
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError(
          "the frame is not UTF-8: " + HexFormat.ofDelimiter(" ").formatHex(payload), e);
    }
  }

  /** Reads the payload of the next frame, which must be JSON. */
  public JsonNode readJson() {
    String text = readFrame();
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new AssertionError("the frame is not JSON: " + text, e);
    }
  }

  /**
   * Reads the {@code rpc.hello} that Tern's client sends behind the first call of a connection, and
   * answers it as a server that has nothing to tell.
   */
  public ScriptedPeer answerHello() {
    JsonNode hello = readJson();
    if (!hello.path("method").asString("").equals("rpc.hello")) {
      throw new AssertionError("got " + hello + " (expected: an rpc.hello)");
    }
    return sendFrame("{\"id\":" + hello.get("id") + ",\"ok\":true,\"result\":{}}");
  }

  /** Reads the payload of the next frame. */
  public byte[] readFrameBytes(Duration timeout) {
    byte[] prefix = readBytes(Integer.BYTES, timeout);
    int length = ByteBuffer.wrap(prefix).getInt();
    if (length < 0 || length > MAX_FRAME_BYTES) {
      throw new AssertionError(
          "length of the frame: "
              + Integer.toUnsignedLong(length)
              + " (expected: <= "
              + MAX_FRAME_BYTES
              + ")");
    }
    return readBytes(length, timeout);
  }

  /** Reads exactly so many bytes. */
  public byte[] readBytes(int count, Duration timeout) {
    byte[] bytes = new byte[count];
    int read = 0;
    try {
      socket.setSoTimeout(millis(timeout));
      while (read < count) {
        int more = input.read(bytes, read, count - read);
        if (more < 0) {
          throw new EOFException("the connection was closed");
        }
        read += more;
      }
      return bytes;
    } catch (SocketTimeoutException e) {
      throw unexpected("nothing more within " + timeout, bytes, read, e);
    } catch (IOException e) {
      throw unexpected(String.valueOf(e.getMessage()), bytes, read, e);
    }
  }

  private static AssertionError unexpected(
      String event, byte[] bytes, int read, IOException cause) {
    return new AssertionError(
        event
            + " after "
            + read
            + " of "
            + bytes.length
            + " bytes: "
            + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(read, MAX_SHOWN_BYTES))
            + (read > MAX_SHOWN_BYTES ? " …" : ""),
        cause);
  }

  // ---- expecting

  /** Expects that the other side sends nothing more and closes the connection in order. */
  public void expectClose() {
    int next = next(DEFAULT_TIMEOUT, "a close");
    if (next >= 0) {
      throw new AssertionError("got byte 0x%02x (expected: a close)".formatted(next));
    }
  }

  /** Expects that the other side resets the connection. Bytes that come before are skipped. */
  public void expectReset() {
    try {
      socket.setSoTimeout(millis(DEFAULT_TIMEOUT));
      input.skipNBytes(Long.MAX_VALUE);
    } catch (EOFException e) {
      throw new AssertionError("got a close in order (expected: a reset)", e);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing within " + DEFAULT_TIMEOUT + " (expected: a reset)", e);
    } catch (IOException expected) {
      // This is the reset.
    }
  }

  /** Expects that for so long the other side sends nothing and does not end the connection. */
  public void expectNothing(Duration duration) {
    try {
      socket.setSoTimeout(millis(duration));
      int next = input.read();
      throw new AssertionError(
          next < 0
              ? "got a close (expected: nothing)"
              : "got byte 0x%02x (expected: nothing)".formatted(next));
    } catch (SocketTimeoutException expected) {
      // Nothing came.
    } catch (IOException e) {
      throw new AssertionError("got " + e.getMessage() + " (expected: nothing)", e);
    }
  }

  private int next(Duration timeout, String expected) {
    try {
      socket.setSoTimeout(millis(timeout));
      return input.read();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing within " + timeout + " (expected: " + expected + ")", e);
    } catch (IOException e) {
      throw new AssertionError("got " + e.getMessage() + " (expected: " + expected + ")", e);
    }
  }

  /** A timeout as sockets take it: at least 1, as 0 stands for none. */
  private static int millis(Duration timeout) {
    return Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** This end of the connection. */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }
}

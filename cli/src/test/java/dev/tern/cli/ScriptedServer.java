package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Takes one connection, reads one frame, and answers what it was told. */
public final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final CompletableFuture<String> request = new CompletableFuture<>();

  public ScriptedServer(String reply) throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("scripted-server").start(() -> serve(reply));
  }

  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The payload that came. */
  public String request() {
    return request.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void serve(String reply) {
    try (Socket socket = listener.accept();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      byte[] payload = in.readNBytes(in.readInt());
      request.complete(new String(payload, UTF_8));
      byte[] answer = reply.getBytes(UTF_8);
      out.writeInt(answer.length);
      out.write(answer);
      out.flush();
      in.readAllBytes(); // until the client closes
    } catch (IOException e) {
      request.completeExceptionally(e);
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

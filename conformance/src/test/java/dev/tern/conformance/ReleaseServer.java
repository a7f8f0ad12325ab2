package dev.tern.conformance;

import dev.tern.conformance.ReleaseMethods.Text;
import dev.tern.core.Lane;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Metadata;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One end of {@link ReleasesTest}, in a JVM of its own: serves over each transport. */
final class ReleaseServer {
  private static final int SECONDS = 10;

  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> paid = new ConcurrentHashMap<>();

  private ReleaseServer() {}

  /** Prints the ports of the transports, by name; ends with its input. */
  @SuppressWarnings("SystemOut") // the parent process reads it there
  public static void main(String[] args) throws IOException {
    ReleaseServer methods = new ReleaseServer();
    try (Transport threads = new ThreadsTransport();
        Transport netty = NettyTransport.builder().eventLoops(1).build();
        Server overThreads = methods.offer(Server.builder(threads)).listen(0);
        Server overNetty = methods.offer(Server.builder(netty)).listen(0)) {
      System.out.println("threads=" + overThreads.port() + " netty=" + overNetty.port());
      while (System.in.read() >= 0) {}
      Runtime.getRuntime().halt(0); // its parent is gone, and whoever waits in it waits for ever
    }
  }

  private ServerBuilder offer(ServerBuilder settings) {
    return compressing(settings)
        .serve(ReleaseMethods.ADD, Lane.INLINE, p -> Math.addExact(p.a(), p.b()))
        .serve(ReleaseMethods.ECHO, Text::text)
        .serve(ReleaseMethods.BYTES, ReleaseMethods.Blob::bytes)
        .serve(ReleaseMethods.BACK, order -> order)
        .serve(ReleaseMethods.NO_PARAMS, _ -> "none")
        .serveVoid(ReleaseMethods.OPEN, name -> gate(name.text()).countDown())
        .serve(ReleaseMethods.IS_OPEN, name -> gate(name.text()).await(SECONDS, TimeUnit.SECONDS))
        .serve(ReleaseMethods.HANG, name -> hang(name.text()))
        .serve(ReleaseMethods.FAIL, ReleaseServer::fail)
        .serve(ReleaseMethods.BREAK, ReleaseServer::breakDown)
        .serve(ReleaseMethods.BUSY, this::busy)
        .serve(ReleaseMethods.PAY, p -> count(p.account()).incrementAndGet())
        .serve(ReleaseMethods.TENANT, _ -> tenant())
        .serve(ReleaseMethods.ENCODING, _ -> Request.current().encoding());
  }

  /** What later releases have is switched on where it is there: nobody older may notice. */
  private static ServerBuilder compressing(ServerBuilder settings) {
    try {
      ServerBuilder.class
          .getMethod("compressions", String[].class)
          .invoke(settings, (Object) new String[] {"gzip", "zstd", "lz4"});
    } catch (NoSuchMethodException e) {
      return settings; // it has none
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return settings;
  }

  private CountDownLatch gate(String name) {
    return gates.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }

  private AtomicInteger count(String account) {
    return paid.computeIfAbsent(account, _ -> new AtomicInteger());
  }

  private String hang(String name) throws InterruptedException {
    Request.current().cancelToken().onCancel(() -> gate("cancelled " + name).countDown());
    gate("began " + name).countDown();
    return "open: " + gate("never " + name).await(SECONDS, TimeUnit.SECONDS);
  }

  private static String fail(Text text) {
    throw new RpcException(
        "TOO_POOR", text.text(), Map.of("missing", 5, "list", List.of(1, "b"), "nested", Map.of()));
  }

  private static String breakDown(Text text) {
    throw new IllegalStateException(text.text());
  }

  private String busy(Text text) {
    if (count(text.text()).incrementAndGet() == 1) {
      throw RpcException.refusal(ErrorCode.SERVER_BUSY, "later");
    }
    return text.text();
  }

  private static String tenant() {
    Request.current().replyWith(Metadata.NONE.with("served-by", "ü"));
    return String.valueOf(Request.current().metadata().get("tenant"));
  }
}

package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Meta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/**
 * The server of {@link OnceUnderFaultsTest}, in a JVM of its own, which is killed: serves payments
 * over the transport that it is told, remembers them in its memory, and prints its port. The effect
 * of one is a line in a file; so is each STALE in another one. Both outlive it.
 */
final class EffectsServer {
  /**
   * @param isHeld whether the method never returns once it has had its effect
   */
  record Payment(int number, boolean isHeld) {}

  static final Method<Payment, Integer> PAY =
      Method.of("pay", Payment.class, Integer.class).effect(Effect.ONCE);

  static final String EFFECTS = "effects";
  static final String STALE = "stale";

  private EffectsServer() {}

  /** Takes a {@link TestTransport} and the folder of both files; ends with its input. */
  @SuppressWarnings("SystemOut") // the parent process reads it there
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[1]);
    try (FileChannel effects = open(folder.resolve(EFFECTS));
        FileChannel stale = open(folder.resolve(STALE));
        Transport transport = TestTransport.valueOf(args[0]).create();
        Server server =
            Server.builder(transport)
                .tellStats(true)
                .filter(noting(stale))
                .serve(PAY, payment -> pay(payment, effects))
                .listen(0)) {
      System.out.println(server.port());
      while (System.in.read() >= 0) {}
      Runtime.getRuntime().halt(0); // its parent is gone, and whoever waits in it waits for ever
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** In one write: a line is there as a whole, or not at all. */
  private static void add(String line, FileChannel file) throws IOException {
    file.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
  }

  private static int pay(Payment payment, FileChannel effects)
      throws IOException, InterruptedException {
    add(Integer.toString(payment.number()), effects);
    if (payment.isHeld()) {
      new CountDownLatch(1).await();
    }
    return payment.number();
  }

  /** Stands around the store: what it throws is what the peer is told. */
  private static Filter noting(FileChannel stale) {
    return (request, next) -> {
      try {
        return next.handle(request);
      } catch (RpcException e) {
        if (e.code().equals("STALE")) {
          note(String.valueOf(request.meta().get(Meta.KEY)), stale);
        }
        throw e;
      }
    };
  }

  private static void note(String key, FileChannel file) {
    try {
      add(key, file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

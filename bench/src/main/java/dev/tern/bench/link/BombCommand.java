package dev.tern.bench.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.bench.contender.Expect;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.server.Server;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compressions;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.netty.NettyTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tern bench bomb}: what a compressed payload that grows large costs its neighbours. */
@Command(
    name = "bomb",
    description = {
      "One caller adds, while a peer on another connection sends payloads of each compression that",
      "grow as large as a server takes. Tells how long an add takes then. All share this process."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class BombCommand implements Callable<Integer> {
  private record Add(int a, int b) {}

  private static final Method<Add, Integer> ADD =
      Method.of("add", Add.class, Integer.class).effect(Effect.READ);

  private static final int LARGE = 15 << 20;
  private static final long SEED = 7;

  /** One letter in so many is another one: else the server would refuse what comes out. */
  private static final int SPARSE = 300;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "for each compression (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Override
  public Integer call() throws IOException {
    try (NettyTransport transport = NettyTransport.create();
        Server server =
            Server.builder(transport)
                .serve(ADD, Lane.INLINE, p -> p.a() + p.b())
                .compressions(FoundCompressions.labels().toArray(String[]::new))
                .listen(0);
        Client client = Client.builder(transport).connect(server.address())) {
      adds(client, Duration.ofSeconds(seconds)); // warm
      System.out.printf("%-10s%10s%12s%12s%12s%n", "", "bombs/s", "p50 µs", "p99 µs", "longest ms");
      print("none", 0, adds(client, Duration.ofSeconds(seconds)));
      for (String label : FoundCompressions.labels()) {
        byte[] bomb = bomb(label);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        Thread peer = Thread.ofPlatform().start(() -> send(server, bomb, over, sent));
        long[] micros = adds(client, Duration.ofSeconds(seconds));
        over.set(true);
        join(peer);
        print(label + ", " + (bomb.length >> 10) + " KiB", sent.get() / (double) seconds, micros);
      }
    }
    return 0;
  }

  /** A notification whose params are text that compresses as well as a server lets it. */
  private static byte[] bomb(String label) {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder("{\"method\":\"none\",\"params\":[\"");
    for (int i = 0; i < LARGE; i++) {
      text.append(random.nextInt(SPARSE) == 0 ? (char) ('a' + random.nextInt(26)) : 'x');
    }
    byte[] json = text.append("\"],\"meta\":{}}").toString().getBytes(US_ASCII);
    try (Compressions all = FoundCompressions.of(List.of(label))) {
      return all.compress(label, Bytes.of(json)).toByteArray();
    }
  }

  private static void send(Server server, byte[] bomb, AtomicBoolean over, AtomicLong sent) {
    try (ScriptedPeer peer = ScriptedPeer.connect(server.address())) {
      while (!over.get()) {
        peer.sendFrame(bomb);
        peer.sendFrame("{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
        peer.readFrame();
        sent.incrementAndGet();
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long each took, sorted. */
  private static long[] adds(Client client, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    long[] nanos = new long[1 << 16];
    int count = 0;
    while (System.nanoTime() - end < 0) {
      long before = System.nanoTime();
      Expect.sum(client.call(ADD, new Add(1, 2)));
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = System.nanoTime() - before;
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static void print(String what, double bombs, long[] sorted) {
    System.out.printf(
        Locale.ROOT,
        "%-10s%10.1f%12.0f%12.0f%12.1f%n",
        what,
        bombs,
        sorted[sorted.length / 2] / 1e3,
        sorted[(int) (sorted.length * 0.99)] / 1e3,
        sorted[sorted.length - 1] / 1e6);
  }
}

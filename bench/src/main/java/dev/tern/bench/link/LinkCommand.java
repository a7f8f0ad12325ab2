package dev.tern.bench.link;

import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.draw.Progress;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.server.Server;
import dev.tern.protocol.Limits;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import dev.tern.transport.netty.NettyTransport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tern bench link}: from which size on compression pays on a narrow link. */
@Command(
    name = "link",
    description = {
      "Echoes lists of orders in JSON through a proxy that lets so many bits a second pass, by one",
      "caller, without and with each compression in turns, and says from which size on each pays.",
      "Client, server and proxy share this process."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class LinkCommand implements Callable<Integer> {
  private static final String NONE = "none";
  private static final long SEED = 64;
  private static final int BITS_A_BYTE = 8;
  private static final Method<List<Order>, List<Order>> ECHO =
      Method.of("echo", new TypeRef<List<Order>>() {}, new TypeRef<List<Order>>() {})
          .effect(Effect.READ);

  /** Orders of about 1 KiB. */
  private static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256);

  @Option(
      names = "--mbit",
      defaultValue = "100",
      description = "of the link, each way; 0 for no bound (default: ${DEFAULT-VALUE})")
  private int megabits;

  @Option(
      names = "--rounds",
      defaultValue = "15",
      description = "of each size and compression, in turns (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--calls",
      defaultValue = "20",
      description = "in a round, of which the median counts (default: ${DEFAULT-VALUE})")
  private int calls;

  @Override
  public Integer call() throws IOException {
    List<String> ways = new ArrayList<>(FoundCompressions.labels());
    ways.addFirst(NONE);
    try (NettyTransport transport = NettyTransport.create();
        Server server =
            Server.builder(transport)
                .serve(ECHO, Lane.INLINE, orders -> orders)
                .compressions(FoundCompressions.labels().toArray(String[]::new))
                .listen(0);
        FaultProxy link = FaultProxy.to(server.address())) {
      if (megabits > 0) {
        for (Direction direction : Direction.values()) {
          link.bandwidth(direction, megabits * 1_000_000L / BITS_A_BYTE);
        }
      }
      Map<String, Client> clients = new LinkedHashMap<>();
      try {
        for (String way : ways) {
          ClientBuilder builder = Client.builder(transport);
          if (!way.equals(NONE)) {
            builder.compressions(way);
          }
          clients.put(way, builder.connect(link.address()));
        }
        measure(clients, System.out);
      } finally {
        clients.values().forEach(Client::close);
      }
    }
    return 0;
  }

  private void measure(Map<String, Client> clients, PrintStream out) {
    Progress progress = Progress.onStderr(SIZES.size() * (rounds + 1));
    Map<String, Integer> paysFrom = new LinkedHashMap<>();
    String link = megabits == 0 ? "a link without a bound" : megabits + " Mbit/s";
    out.printf("echo of orders in JSON, one caller, %s, seed %d; µs, medians%n", link, SEED);
    out.printf("%10s", "bytes");
    clients.keySet().forEach(way -> out.printf("%20s", way));
    out.println();
    for (int size : SIZES) {
      List<Order> orders = SeededOrders.draw(size, SEED);
      int bytes =
          JsonCodec.ofServer(false, Limits.DEFAULT)
              .resultWriter(new TypeRef<List<Order>>() {}.type())
              .write(orders)
              .length();
      Map<String, List<Double>> micros = new LinkedHashMap<>();
      for (int round = 0; round <= rounds; round++) {
        progress.step(bytes + " bytes", "round " + round + " of " + rounds);
        boolean isWarmUp = round == 0;
        clients.forEach(
            (way, client) -> {
              double median = round(client, orders);
              if (!isWarmUp) {
                micros.computeIfAbsent(way, _ -> new ArrayList<>()).add(median);
              }
            });
      }
      out.printf(Locale.ROOT, "%,10d", bytes);
      double plain = middle(micros.getOrDefault(NONE, List.of()));
      micros.forEach(
          (way, all) -> {
            double ratio = middle(all) / plain;
            out.printf(
                Locale.ROOT,
                "%20s",
                way.equals(NONE)
                    ? String.format(Locale.ROOT, "%,.0f", plain)
                    : String.format(Locale.ROOT, "%,.0f (%.2f)", middle(all), ratio));
            if (ratio >= 1) {
              paysFrom.remove(way);
            } else {
              paysFrom.putIfAbsent(way, bytes);
            }
          });
      out.println();
    }
    progress.end();
    for (String way : clients.keySet()) {
      if (!way.equals(NONE)) {
        Integer from = paysFrom.get(way);
        out.println(
            way
                + (from == null
                    ? " does not pay at any of these sizes"
                    : String.format(Locale.ROOT, " pays from %,d bytes on", from)));
      }
    }
  }

  private double round(Client client, List<Order> orders) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      long before = System.nanoTime();
      Expect.equal(orders, client.call(ECHO, orders));
      all.add((System.nanoTime() - before) / 1e3);
    }
    return middle(all);
  }

  private static double middle(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

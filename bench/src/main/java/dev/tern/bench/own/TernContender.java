package dev.tern.bench.own;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.client.Batch;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Bytes;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tern as it comes: deadlines, ids, strict parsing, counters and logging at its default level are
 * on.
 *
 * @param lane where the server runs its methods
 * @param variant what is on beside what comes
 */
record TernContender(String name, boolean netty, Lane lane, Variant variant) implements Contender {
  private static final int CALLS_IN_EACH = 3_000;

  private record Add(int a, int b) {}

  private record Text(String text) {}

  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Blob(byte[] bytes) {}

  private record View(Bytes bytes) {}

  private Method<Add, Integer> add() {
    return Method.of("add", Add.class, Integer.class).effect(variant.effect);
  }

  private Method<Order, Order> echoOrder() {
    return Method.of("echoOrder", Order.class, Order.class).effect(variant.effect);
  }

  private Method<Blob, byte[]> echoBytes() {
    return Method.of("echoBytes", Blob.class, byte[].class).effect(variant.effect);
  }

  private Method<View, Bytes> echoView() {
    return Method.of("echoView", View.class, Bytes.class).effect(variant.effect);
  }

  private Method<Text, String> echoText() {
    return Method.of("echoText", Text.class, String.class).effect(variant.effect);
  }

  @Override
  public String configuration() {
    return (variant.isMessagePack() ? "MessagePack; " : "JSON; ")
        + (netty ? "netty" : "threads")
        + " transport, "
        + (lane.equals(Lane.INLINE) ? "inline" : "virtual")
        + " lane, "
        + (variant.words.isEmpty() ? "" : variant.words + ", ")
        + "else as it comes; a blocking call of each caller";
  }

  private Transport transport() {
    return netty ? NettyTransport.create() : new ThreadsTransport();
  }

  private long directBytes(long ofTheJdk) {
    return netty ? NettyMemory.directBytes() : ofTheJdk;
  }

  @Override
  public ServerSide serve() throws Exception {
    Transport transport = transport();
    OutcomeStore store = variant.hasStore() ? variant.store() : null;
    Certificates certificates =
        variant.hasTls() ? Certificates.make(name, variant.engines()) : null;
    ServerBuilder builder =
        Server.builder(certificates == null ? transport : certificates.server().over(transport));
    ConcurrencyLimit limit = variant.limit();
    if (limit != null) {
      builder.limit(limit);
    }
    Server server =
        builder
            .outcomes(store)
            .serve(add(), lane, p -> p.a() + p.b())
            .serve(echoOrder(), lane, order -> order)
            .serve(echoText(), lane, Text::text)
            .serve(echoBytes(), lane, Blob::bytes)
            .serve(echoView(), lane, View::bytes)
            .listen(0);
    return new ServerSide() {
      @Override
      public int port() {
        return server.port();
      }

      @Override
      public long directBytes() {
        return TernContender.this.directBytes(ServerSide.super.directBytes());
      }

      @Override
      public void close() {
        server.close();
        transport.close();
        if (store != null) {
          store.close();
        }
        if (certificates != null) {
          certificates.close();
        }
      }
    };
  }

  @Override
  public ClientSide client(int port) throws IOException {
    Transport transport = transport();
    Transport way =
        variant.hasTls() ? Certificates.client(name, variant.engines()).over(transport) : transport;
    callInEveryEncoding(way, port);
    return new ClientSide() {
      @Override
      public Connection connect() {
        ClientBuilder client = Client.builder(way).retry(variant.policy());
        if (variant.isMessagePack()) {
          client.encoding("msgpack");
        }
        if (variant == Variant.WARM) {
          client.keepWarm();
        }
        return new TernConnection(client.connect("127.0.0.1", port));
      }

      @Override
      public long directBytes() {
        return TernContender.this.directBytes(ClientSide.super.directBytes());
      }

      @Override
      public void close() {
        transport.close();
      }
    };
  }

  /** What the compiler makes of code that has seen one encoding alone, few users have. */
  private void callInEveryEncoding(Transport way, int port) {
    for (String label : FoundEncodings.ALL.labels()) {
      try (Client client =
          Client.builder(way).retry(variant.policy()).encoding(label).connect("127.0.0.1", port)) {
        for (int i = 0; i < CALLS_IN_EACH; i++) {
          Expect.sum(client.call(add(), new Add(1, 2), variant.options()));
          Expect.equal(Order.SAMPLE, client.call(echoOrder(), Order.SAMPLE, variant.options()));
        }
      }
    }
  }

  private final class TernConnection implements Connection {
    private final Client client;
    private final CallOptions options = variant.options();

    TernConnection(Client client) {
      this.client = client;
    }

    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> {
          Method<Add, Integer> add = add();
          Add params = new Add(1, 2);
          yield () -> Expect.sum(client.call(add, params, options));
        }
        case HUNDRED_ADDS ->
            switch (variant) {
              case BATCH -> this::batch;
              case TOGETHER -> this::together;
              default -> this::oneByOne;
            };
        case ECHO_ORDER, ECHO_LARGE_ORDER -> {
          Method<Order, Order> echo = echoOrder();
          Order order = work.order();
          yield () -> Expect.equal(order, client.call(echo, order, options));
        }
        case ECHO_BYTES -> {
          byte[] bytes = Work.ECHO_1M.text().getBytes(UTF_8);
          yield variant == Variant.VIEW
              ? echoView(new View(Bytes.of(bytes)))
              : echo(new Blob(bytes));
        }
        case ECHO_64K, ECHO_1M -> {
          Method<Text, String> echo = echoText();
          Text params = new Text(work.text());
          yield () -> Expect.equal(params.text(), client.call(echo, params, options));
        }
      };
    }

    private void oneByOne() {
      Method<Add, Integer> add = add();
      for (int i = 0; i < Work.HUNDRED; i++) {
        Expect.sum(client.call(add, new Add(1, 2), options));
      }
    }

    private void together() {
      Method<Add, Integer> add = add();
      List<CompletableFuture<Integer>> sums = new ArrayList<>();
      for (int i = 0; i < Work.HUNDRED; i++) {
        sums.add(client.callAsync(add, new Add(1, 2), options));
      }
      sums.forEach(sum -> Expect.sum(sum.join()));
    }

    private void batch() {
      Method<Add, Integer> add = add();
      Batch batch = client.batch();
      List<Batch.Item<Integer>> sums = new ArrayList<>();
      for (int i = 0; i < Work.HUNDRED; i++) {
        sums.add(batch.add(add, new Add(1, 2), options));
      }
      batch.call();
      sums.forEach(sum -> Expect.sum(sum.result()));
    }

    private Call echo(Blob blob) {
      Method<Blob, byte[]> echo = echoBytes();
      return () -> Expect.equal(blob.bytes(), client.call(echo, blob, options));
    }

    private Call echoView(View view) {
      Method<View, Bytes> echo = TernContender.this.echoView();
      return () -> Expect.equal(view.bytes(), client.call(echo, view, options));
    }

    @Override
    public void close() {
      client.close();
    }
  }
}

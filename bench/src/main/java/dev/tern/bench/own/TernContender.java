package dev.tern.bench.own;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;

/**
 * Tern as it comes: deadlines, ids, strict parsing, counters and logging at its default level are
 * on.
 *
 * @param lane where the server runs its methods
 * @param options of each call
 */
record TernContender(String name, boolean netty, Lane lane, CallOptions options)
    implements Contender {
  private record Add(int a, int b) {}

  private record Text(String text) {}

  private static final Method<Add, Integer> ADD =
      Method.of("add", Add.class, Integer.class).effect(Effect.READ);

  private static final Method<Order, Order> ECHO_ORDER =
      Method.of("echoOrder", Order.class, Order.class).effect(Effect.READ);

  private static final Method<Text, String> ECHO_TEXT =
      Method.of("echoText", Text.class, String.class).effect(Effect.READ);

  @Override
  public String configuration() {
    return "JSON; "
        + (netty ? "netty" : "threads")
        + " transport, "
        + (lane.equals(Lane.INLINE) ? "inline" : "virtual")
        + " lane, "
        + (options.key() == null ? "" : "with a key, ")
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
    Server server =
        Server.builder(transport)
            .serve(ADD, lane, p -> p.a() + p.b())
            .serve(ECHO_ORDER, lane, order -> order)
            .serve(ECHO_TEXT, lane, Text::text)
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
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    Transport transport = transport();
    return new ClientSide() {
      @Override
      public Connection connect() {
        return new TernConnection(Client.builder(transport).connect("127.0.0.1", port), options);
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

  private record TernConnection(Client client, CallOptions options) implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> {
          Add params = new Add(1, 2);
          yield () -> Expect.sum(client.call(ADD, params, options));
        }
        case ECHO_ORDER ->
            () -> Expect.equal(Order.SAMPLE, client.call(ECHO_ORDER, Order.SAMPLE, options));
        case ECHO_64K, ECHO_1M -> {
          Text params = new Text(work.text());
          yield () -> Expect.equal(params.text(), client.call(ECHO_TEXT, params, options));
        }
      };
    }

    @Override
    public void close() {
      client.close();
    }
  }
}

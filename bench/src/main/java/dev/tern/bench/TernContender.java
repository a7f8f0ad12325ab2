package dev.tern.bench;

import dev.tern.core.Client;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Server;
import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;

/**
 * Tern as it comes: deadlines, ids, strict parsing, counters and logging at its default level are
 * on.
 *
 * @param lane where the server runs {@code add}
 */
record TernContender(String name, boolean netty, Lane lane) implements Contender {
  private record Add(int a, int b) {}

  private static final Method<Add, Integer> ADD =
      Method.of("add", Add.class, Integer.class).effect(Effect.READ);

  private Transport transport() {
    return netty ? NettyTransport.create() : new ThreadsTransport();
  }

  @Override
  public Service serve() throws Exception {
    Transport transport = transport();
    Server server = Server.builder(transport).serve(ADD, lane, p -> p.a() + p.b()).listen(0);
    return new Service() {
      @Override
      public int port() {
        return server.port();
      }

      @Override
      public void close() {
        server.close();
        transport.close();
      }
    };
  }

  @Override
  public Caller connect(int port) {
    Transport transport = transport();
    Client client = Client.builder(transport).connect("127.0.0.1", port);
    Add params = new Add(1, 2);
    return new Caller() {
      @Override
      public void call() {
        int sum = client.call(ADD, params);
        if (sum != 3) {
          throw new IllegalStateException("add(1, 2): " + sum + " (expected: 3)");
        }
      }

      @Override
      public void close() {
        client.close();
        transport.close();
      }
    };
  }
}

package dev.tern.bench.armeria;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.RestClient;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.annotation.ConsumesJson;
import com.linecorp.armeria.server.annotation.Post;
import com.linecorp.armeria.server.annotation.ProducesJson;
import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Armeria's annotated service and its REST client; JSON on Jackson, HTTP/2 in the clear. */
record ArmeriaContender() implements Contender {
  /** The params of add. */
  record Numbers(int a, int b) {}

  /** What add gives. */
  record Sum(int sum) {}

  @Override
  public String name() {
    return "armeria";
  }

  @Override
  public String configuration() {
    return "JSON over HTTP/2 without TLS (h2c); annotated service on the event loop, RestClient, a"
        + " caller waits for its future";
  }

  /** The server's methods. They do not block, so they stay on the event loop, the default. */
  static final class BenchService {
    @Post("/add")
    @ConsumesJson
    @ProducesJson
    public Sum add(Numbers numbers) {
      return new Sum(numbers.a() + numbers.b());
    }

    @Post("/echoOrder")
    @ConsumesJson
    @ProducesJson
    public Order echoOrder(Order order) {
      return order;
    }
  }

  @Override
  public ServerSide serve() {
    Server server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .annotatedService(new BenchService())
            .build();
    server.start().join();
    return new ServerSide() {
      @Override
      public int port() {
        return server.activeLocalPort();
      }

      @Override
      public void close() {
        server.stop().join();
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    return new ClientSide() {
      @Override
      public Connection connect() {
        ClientFactory factory = ClientFactory.builder().build();
        RestClient client = RestClient.builder("h2c://127.0.0.1:" + port).factory(factory).build();
        return new ArmeriaConnection(client, factory);
      }

      @Override
      public void close() {
        // Each connection has its own factory.
      }
    };
  }

  /** A factory keeps one HTTP/2 connection to a server. */
  private record ArmeriaConnection(RestClient client, ClientFactory factory) implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> {
          Numbers numbers = new Numbers(1, 2);
          yield () -> Expect.sum(post("/add", numbers, Sum.class).sum());
        }
        case ECHO_ORDER ->
            () -> Expect.equal(Order.SAMPLE, post("/echoOrder", Order.SAMPLE, Order.class));
        case ECHO_64K, ECHO_1M, ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      };
    }

    private <T> T post(String path, Object body, Class<T> type) {
      return client.post(path).contentJson(body).execute(type).join().content();
    }

    @Override
    public void close() {
      factory.close();
    }
  }
}

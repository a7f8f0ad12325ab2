package dev.tern.bench.http;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import tools.jackson.databind.json.JsonMapper;

/** What people use today: Jetty's handlers on virtual threads, the JDK's client, Jackson. */
record HttpContender() implements Contender {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  static {
    // A pooled connection may close just when a call takes it; a GET is repeated then, a POST only
    // if it is said that this does no harm.
    System.setProperty("jdk.httpclient.enableAllMethodRetry", "true");
  }

  /** The params of add. */
  record Numbers(int a, int b) {}

  /** What add gives. */
  record Sum(int sum) {}

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String configuration() {
    return "JSON over HTTP/1.1; Jetty on virtual threads, java.net.http with its pool of"
        + " connections (as many as callers), Jackson on both sides";
  }

  @Override
  public ServerSide serve() throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool();
    pool.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    Server server = new Server(pool);
    ServerConnector connector = new ServerConnector(server);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    // Longer than the client's pool keeps them (30 s, as is Jetty's default): between two rounds
    // connections are idle, and one that Jetty closes just now fails the call that takes it.
    connector.setIdleTimeout(600_000);
    server.addConnector(connector);
    server.setHandler(new JsonHandler(MAPPER));
    server.start();
    return new ServerSide() {
      @Override
      public int port() {
        return connector.getLocalPort();
      }

      @Override
      public void close() {
        // It ends with the process: a graceful stop would wait for the client's idle connections.
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    return new ClientSide() {
      @Override
      public Connection connect() {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new HttpConnection(client, URI.create("http://127.0.0.1:" + port));
      }

      @Override
      public void close() {
        // Each connection has its own client.
      }
    };
  }

  /** A client, which opens as many connections as there are calls at once. */
  private record HttpConnection(HttpClient client, URI server) implements Connection {
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

    private <T> T post(String path, Object body, Class<T> type) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(server.resolve(path))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body)))
              .build();
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException("status " + response.statusCode() + " (expected: 200)");
      }
      return MAPPER.readValue(response.body(), type);
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }
}

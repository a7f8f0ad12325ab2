package dev.tern.bench.dubbo;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.FreePort;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import java.util.concurrent.CompletableFuture;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/** Dubbo with its own protocol and fastjson2, without a registry. */
record DubboContender() implements Contender {
  /** The others' default; Dubbo's of 1 s is shorter than a pause of a busy machine. */
  private static final int TIMEOUT_MILLIS = 10_000;

  /** Its default since 3.2; without a registry nobody agrees on it, so that both sides say it. */
  private static final String SERIALIZATION = "fastjson2";

  @Override
  public String name() {
    return "dubbo";
  }

  @Override
  public String configuration() {
    return "its own protocol with fastjson2, dispatcher \"direct\" (handlers on the I/O thread), asynchronous"
        + " interface, a caller waits for its future";
  }

  /** What the server runs. */
  static final class Methods implements BenchService {
    @Override
    public CompletableFuture<Integer> add(int a, int b) {
      return CompletableFuture.completedFuture(a + b);
    }

    @Override
    public CompletableFuture<OrderBean> echoOrder(OrderBean order) {
      return CompletableFuture.completedFuture(order);
    }
  }

  private static ApplicationConfig application(String name) {
    ApplicationConfig application = new ApplicationConfig(name);
    application.setQosEnable(false); // a second port, the same for every process
    return application;
  }

  @Override
  public ServerSide serve() throws Exception {
    int port = FreePort.find();
    ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
    protocol.setHost("127.0.0.1");
    protocol.setDispatcher("direct");
    protocol.setSerialization(SERIALIZATION);
    ServiceConfig<BenchService> service = new ServiceConfig<>();
    service.setInterface(BenchService.class);
    service.setRef(new Methods());
    DubboBootstrap bootstrap =
        DubboBootstrap.getInstance()
            .application(application("bench-server"))
            .registry(new RegistryConfig(RegistryConfig.NO_AVAILABLE))
            .protocol(protocol)
            .service(service)
            .start();
    return new ServerSide() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() {
        bootstrap.stop();
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    ReferenceConfig<BenchService> reference = new ReferenceConfig<>();
    reference.setInterface(BenchService.class);
    reference.setUrl("dubbo://127.0.0.1:" + port + "?serialization=" + SERIALIZATION);
    reference.setTimeout(TIMEOUT_MILLIS);
    reference.setRetries(0); // else a failed call would be made again in silence
    DubboBootstrap bootstrap =
        DubboBootstrap.getInstance()
            .application(application("bench-client"))
            .registry(new RegistryConfig(RegistryConfig.NO_AVAILABLE))
            .reference(reference)
            .start();
    BenchService service = reference.get();
    return new ClientSide() {
      @Override
      public Connection connect() {
        return new DubboConnection(service);
      }

      @Override
      public void close() {
        bootstrap.stop();
      }
    };
  }

  /** References to one server share one connection. */
  private record DubboConnection(BenchService service) implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> () -> Expect.sum(service.add(1, 2).get());
        case ECHO_ORDER -> {
          OrderBean order = OrderBean.of(Order.SAMPLE);
          yield () -> order.expectEqual(service.echoOrder(order).get());
        }
        case ECHO_64K, ECHO_1M, ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      };
    }

    @Override
    public void close() {
      // It is the reference's.
    }
  }
}

package dev.tern.bench.bolt;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.FreePort;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import java.io.Serializable;

/**
 * Bolt with hessian; the handlers run on the I/O thread, as its user guide advises for short ones.
 */
record BoltContender() implements Contender {
  private static final int TIMEOUT_MILLIS = 10_000;

  @Override
  public String name() {
    return "bolt";
  }

  @Override
  public String configuration() {
    return "hessian; handlers on the I/O thread (processInIOThread), invokeSync of each caller";
  }

  @Override
  public ServerSide serve() throws Exception {
    int port = FreePort.find();
    RpcServer server = new RpcServer(port);
    server.registerUserProcessor(
        new Inline<AddBean>(AddBean.class) {
          @Override
          public Object handleRequest(BizContext context, AddBean add) {
            return add.sum();
          }
        });
    server.registerUserProcessor(
        new Inline<OrderBean>(OrderBean.class) {
          @Override
          public Object handleRequest(BizContext context, OrderBean order) {
            return order;
          }
        });
    server.startup();
    return new ServerSide() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() {
        server.shutdown();
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    RpcClient client = new RpcClient();
    client.startup();
    String address = "127.0.0.1:" + port;
    return new ClientSide() {
      @Override
      public Connection connect() {
        return new BoltConnection(client, address);
      }

      @Override
      public void close() {
        client.shutdown();
      }
    };
  }

  /** A method of the server. */
  private abstract static class Inline<T> extends SyncUserProcessor<T> {
    private final Class<T> type;

    Inline(Class<T> type) {
      this.type = type;
    }

    @Override
    public String interest() {
      return type.getName();
    }

    @Override
    public boolean processInIOThread() {
      return true;
    }
  }

  /** The client keeps one connection to an address. */
  private record BoltConnection(RpcClient client, String address) implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> {
          AddBean add = new AddBean(1, 2);
          yield () -> Expect.sum((Integer) client.invokeSync(address, add, TIMEOUT_MILLIS));
        }
        case ECHO_ORDER -> {
          OrderBean order = OrderBean.of(Order.SAMPLE);
          yield () ->
              order.expectEqual((OrderBean) client.invokeSync(address, order, TIMEOUT_MILLIS));
        }
        case ECHO_64K, ECHO_1M, ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      };
    }

    @Override
    public void close() {
      client.closeConnection(address);
    }
  }

  /** The params of add, as hessian likes them. */
  static final class AddBean implements Serializable {
    private static final long serialVersionUID = 1;

    private int a;
    private int b;

    AddBean() {}

    AddBean(int a, int b) {
      this.a = a;
      this.b = b;
    }

    int sum() {
      return a + b;
    }
  }
}

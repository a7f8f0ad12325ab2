package dev.tern.bench.thrift;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import dev.tern.bench.thrift.generated.Address;
import dev.tern.bench.thrift.generated.Bench;
import dev.tern.bench.thrift.generated.Item;
import dev.tern.bench.thrift.generated.Order;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadedSelectorServer;
import org.apache.thrift.transport.TNonblockingServerSocket;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.layered.TFramedTransport;

/** Thrift's server for many connections; its clients cannot share one. */
record ThriftContender() implements Contender {
  @Override
  public String name() {
    return "thrift";
  }

  @Override
  public String configuration() {
    return "A CONNECTION FOR EACH CALLER: Thrift's clients cannot share one; binary protocol,"
        + " framed, TThreadedSelectorServer as it comes";
  }

  @Override
  public boolean multiplexes() {
    return false;
  }

  /** The server's methods. */
  private static final class Methods implements Bench.Iface {
    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public Order echoOrder(Order order) {
      return order;
    }
  }

  @Override
  public ServerSide serve() throws Exception {
    TNonblockingServerSocket socket =
        new TNonblockingServerSocket(
            new TNonblockingServerSocket.NonblockingAbstractServerSocketArgs()
                .backlog(1024)
                .bindAddr(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    TServer server =
        new TThreadedSelectorServer(
            new TThreadedSelectorServer.Args(socket)
                .processor(new Bench.Processor<>(new Methods()))
                .protocolFactory(new TBinaryProtocol.Factory()));
    Thread.ofPlatform().daemon().name("thrift").start(server::serve);
    return new ServerSide() {
      @Override
      public int port() {
        return socket.getPort();
      }

      @Override
      public void close() {
        server.stop();
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    return new ClientSide() {
      @Override
      public Connection connect() throws Exception {
        TFramedTransport transport = new TFramedTransport(new TSocket("127.0.0.1", port));
        transport.open();
        return new ThriftConnection(transport, new Bench.Client(new TBinaryProtocol(transport)));
      }

      @Override
      public void close() {
        // Connections share nothing.
      }
    };
  }

  private record ThriftConnection(TFramedTransport transport, Bench.Client client)
      implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> () -> Expect.sum(client.add(1, 2));
        case ECHO_ORDER -> {
          Order order = order(dev.tern.bench.contender.Order.SAMPLE);
          yield () -> Expect.equal(order, client.echoOrder(order));
        }
        case ECHO_64K, ECHO_1M, ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      };
    }

    private static Order order(dev.tern.bench.contender.Order order) {
      var address = order.address();
      return new Order(
          order.id(),
          order.customer(),
          order.paid(),
          order.total(),
          new Address(address.street(), address.city(), address.zip(), address.country()),
          order.items().stream()
              .map(item -> new Item(item.sku(), item.title(), item.quantity(), item.price()))
              .toList());
    }

    @Override
    public void close() {
      transport.close();
    }
  }
}

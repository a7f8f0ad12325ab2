package dev.tern.bench.rsocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Expect;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Work;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.ByteBufPayload;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * RSocket's request-response. It carries bytes and leaves their meaning to others, so nothing is
 * parsed here but two integers.
 */
record RSocketContender() implements Contender {
  private static final int ADD_BYTES = 8;

  @Override
  public String name() {
    return "rsocket";
  }

  @Override
  public String configuration() {
    return "bytes, nothing is parsed; request-response over TCP, zero-copy payloads, block() of each"
        + " caller";
  }

  @Override
  public ServerSide serve() {
    CloseableChannel server =
        RSocketServer.create(SocketAcceptor.forRequestResponse(RSocketContender::answer))
            .payloadDecoder(PayloadDecoder.ZERO_COPY)
            .bindNow(TcpServerTransport.create("127.0.0.1", 0));
    return new ServerSide() {
      @Override
      public int port() {
        return server.address().getPort();
      }

      @Override
      public void close() {
        server.dispose();
      }
    };
  }

  /** Two integers are added, anything else is sent back. */
  private static Mono<Payload> answer(Payload request) {
    ByteBuf data = request.sliceData();
    if (data.readableBytes() == ADD_BYTES) {
      int sum = data.readInt() + data.readInt();
      request.release();
      return Mono.just(ByteBufPayload.create(ByteBufAllocator.DEFAULT.buffer(4).writeInt(sum)));
    }
    return Mono.just(request);
  }

  @Override
  public ClientSide client(int port) {
    return new ClientSide() {
      @Override
      public Connection connect() {
        RSocket socket =
            RSocketConnector.create()
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .connect(TcpClientTransport.create("127.0.0.1", port))
                .block();
        return new RSocketConnection(Objects.requireNonNull(socket, "no connection"));
      }

      @Override
      public void close() {
        // The event loops are Reactor's own.
      }
    };
  }

  private record RSocketConnection(RSocket socket) implements Connection {
    @Override
    public Call call(Work work) {
      return switch (work) {
        case ADD -> () -> add(1, 2);
        case ECHO_ORDER -> {
          byte[] order = Order.SAMPLE.toString().getBytes(UTF_8);
          yield () -> echo(order);
        }
        case ECHO_64K, ECHO_1M -> {
          byte[] text = work.text().getBytes(UTF_8);
          yield () -> echo(text);
        }
        case ECHO_LARGE_ORDER, ECHO_BYTES, HUNDRED_ADDS -> throw new UnsupportedOperationException(work.name());
      };
    }

    private void add(int a, int b) {
      ByteBuf data = ByteBufAllocator.DEFAULT.buffer(ADD_BYTES).writeInt(a).writeInt(b);
      Payload reply = request(data);
      try {
        Expect.sum(reply.sliceData().getInt(0));
      } finally {
        reply.release();
      }
    }

    private Payload request(ByteBuf data) {
      return Objects.requireNonNull(
          socket.requestResponse(ByteBufPayload.create(data)).block(), "empty reply");
    }

    private void echo(byte[] bytes) {
      Payload reply = request(Unpooled.wrappedBuffer(bytes));
      try {
        Expect.length(bytes.length, reply.sliceData().readableBytes());
      } finally {
        reply.release();
      }
    }

    @Override
    public void close() {
      socket.dispose();
    }
  }
}

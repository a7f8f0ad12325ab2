package dev.tern.bench.grpc;

import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.ServerSide;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;

/**
 * grpc-java on its own Netty.
 *
 * @param direct callbacks run on the event loop, which the documentation advises for handlers that
 *     never block, and callers wait for a future; else as it comes, with the blocking stub
 * @param tls with a certificate of the server alone, by the OpenSSL that it brings
 */
record GrpcContender(String name, boolean direct, boolean tls) implements Contender {
  @Override
  public String configuration() {
    return (direct
            ? "protobuf; directExecutor() on both sides, future stub, a caller waits for its future"
            : "protobuf; as it comes: the default executor, blocking stub")
        + (tls ? "; TLS by its own OpenSSL" : "");
  }

  @Override
  public ServerSide serve() throws Exception {
    ServerBuilder<?> builder =
        Grpc.newServerBuilderForPort(
            0, tls ? GrpcCertificate.server() : InsecureServerCredentials.create());
    if (direct) {
      builder.directExecutor();
    }
    Server server = builder.addService(new BenchService()).build().start();
    return new ServerSide() {
      @Override
      public int port() {
        return server.getPort();
      }

      @Override
      public long directBytes() {
        return PlatformDependent.usedDirectMemory();
      }

      @Override
      public void close() {
        server.shutdownNow();
      }
    };
  }

  @Override
  public ClientSide client(int port) {
    return new ClientSide() {
      @Override
      public Connection connect() {
        ManagedChannelBuilder<?> builder =
            Grpc.newChannelBuilder(
                "127.0.0.1:" + port,
                tls ? GrpcCertificate.client() : InsecureChannelCredentials.create());
        if (tls) {
          builder.overrideAuthority(GrpcCertificate.NAME);
        }
        if (direct) {
          builder.directExecutor();
        }
        return new GrpcConnection(builder.build(), direct);
      }

      @Override
      public long directBytes() {
        return PlatformDependent.usedDirectMemory();
      }

      @Override
      public void close() {
        // The event loops are grpc-java's own, and end with the channels.
      }
    };
  }
}

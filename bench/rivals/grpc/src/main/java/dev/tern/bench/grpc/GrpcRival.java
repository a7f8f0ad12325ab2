package dev.tern.bench.grpc;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** grpc-java, as it comes and with directExecutor. */
public final class GrpcRival implements Rival {
  @Override
  public String artifact() {
    return "grpc-core";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(
        new GrpcContender("grpc", false, false), new GrpcContender("grpc-direct", true, false));
  }

  @Override
  public List<Contender> variants() {
    return List.of(
        new GrpcContender("grpc-tls", false, true), new GrpcContender("grpc-direct-tls", true, true));
  }
}

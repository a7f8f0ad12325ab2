package dev.tern.bench.dubbo;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** Dubbo with its own protocol. */
public final class DubboRival implements Rival {
  @Override
  public String artifact() {
    return "dubbo";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new DubboContender());
  }
}

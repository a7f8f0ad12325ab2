package dev.tern.bench.bolt;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** SOFA bolt with hessian. */
public final class BoltRival implements Rival {
  @Override
  public String artifact() {
    return "bolt";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new BoltContender());
  }
}

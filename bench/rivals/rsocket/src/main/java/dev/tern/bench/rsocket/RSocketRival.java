package dev.tern.bench.rsocket;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** RSocket over TCP. */
public final class RSocketRival implements Rival {
  @Override
  public String artifact() {
    return "rsocket-core";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new RSocketContender());
  }
}

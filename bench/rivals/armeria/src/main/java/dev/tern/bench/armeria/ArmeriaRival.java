package dev.tern.bench.armeria;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** Armeria: JSON over HTTP/2. */
public final class ArmeriaRival implements Rival {
  @Override
  public String artifact() {
    return "armeria";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new ArmeriaContender());
  }
}

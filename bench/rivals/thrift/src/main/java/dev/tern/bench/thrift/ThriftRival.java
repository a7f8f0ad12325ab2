package dev.tern.bench.thrift;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** Thrift with a connection for each caller. */
public final class ThriftRival implements Rival {
  @Override
  public String artifact() {
    return "libthrift";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new ThriftContender());
  }
}

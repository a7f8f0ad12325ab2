package dev.tern.bench.http;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import java.util.List;

/** JSON over plain HTTP: Jetty and java.net.http. */
public final class HttpRival implements Rival {
  @Override
  public String artifact() {
    return "jetty-server";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(new HttpContender());
  }
}

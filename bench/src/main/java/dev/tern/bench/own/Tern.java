package dev.tern.bench.own;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import dev.tern.bench.contender.Served;
import dev.tern.core.Lane;
import java.util.List;

/** What is measured beside the rivals, on the harness' own class path. */
public final class Tern implements Rival {
  @Override
  public String artifact() {
    return "tern-core";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(
        new EchoContender(),
        new TernContender("netty-inline", true, Lane.INLINE),
        new TernContender("netty-virtual", true, Lane.VIRTUAL),
        new TernContender("threads-inline", false, Lane.INLINE),
        new TernContender("threads-virtual", false, Lane.VIRTUAL));
  }

  @Override
  public List<Served> servers() {
    return List.of(
        new EchoServer("echo-bytes", false),
        new EchoServer("echo-frames", true),
        new CommandLineServer(),
        new JacksonServer());
  }
}

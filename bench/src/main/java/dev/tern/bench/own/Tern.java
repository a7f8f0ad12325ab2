package dev.tern.bench.own;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import dev.tern.bench.contender.Served;
import dev.tern.core.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
        new TernContender("netty-inline", true, Lane.INLINE, Retrying.AS_IT_COMES),
        new TernContender("netty-virtual", true, Lane.VIRTUAL, Retrying.AS_IT_COMES),
        new TernContender("threads-inline", false, Lane.INLINE, Retrying.AS_IT_COMES),
        new TernContender("threads-virtual", false, Lane.VIRTUAL, Retrying.AS_IT_COMES));
  }

  /** What retries and once-only operations cost. */
  @Override
  public List<Contender> variants() {
    List<Contender> all = new ArrayList<>();
    for (Retrying retrying : Retrying.values()) {
      if (retrying != Retrying.AS_IT_COMES) {
        String word = retrying.name().toLowerCase(Locale.ROOT);
        all.add(new TernContender("netty-inline-" + word, true, Lane.INLINE, retrying));
        all.add(new TernContender("netty-virtual-" + word, true, Lane.VIRTUAL, retrying));
      }
    }
    return all;
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

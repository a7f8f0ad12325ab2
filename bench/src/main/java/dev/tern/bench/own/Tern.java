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
        new TernContender("netty-inline", true, Lane.INLINE, Variant.AS_IT_COMES),
        new TernContender("netty-virtual", true, Lane.VIRTUAL, Variant.AS_IT_COMES),
        new TernContender("threads-inline", false, Lane.INLINE, Variant.AS_IT_COMES),
        new TernContender("threads-virtual", false, Lane.VIRTUAL, Variant.AS_IT_COMES));
  }

  /** What costs something, or does not. */
  @Override
  public List<Contender> variants() {
    List<Contender> all = new ArrayList<>();
    all.add(new TlsEchoContender());
    for (Variant variant : Variant.values()) {
      if (variant != Variant.AS_IT_COMES) {
        String word = variant.name().toLowerCase(Locale.ROOT);
        all.add(new TernContender("netty-inline-" + word, true, Lane.INLINE, variant));
        all.add(new TernContender("netty-virtual-" + word, true, Lane.VIRTUAL, variant));
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

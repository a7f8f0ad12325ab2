package dev.tern.bench.own;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import dev.tern.bench.contender.Served;
import dev.tern.core.Lane;
import dev.tern.core.client.CallOptions;
import java.util.List;

/** What is measured beside the rivals, on the harness' own class path. */
public final class Tern implements Rival {
  /** One for all calls: they only read, so nothing is remembered of them. */
  private static final String KEY = "3f2b8c1e-0007-4d6a-9b1f-5a7c2e8d0f61";

  @Override
  public String artifact() {
    return "tern-core";
  }

  @Override
  public List<Contender> contenders() {
    return List.of(
        new EchoContender(),
        new TernContender("netty-inline", true, Lane.INLINE, CallOptions.DEFAULT),
        new TernContender("netty-virtual", true, Lane.VIRTUAL, CallOptions.DEFAULT),
        new TernContender("threads-inline", false, Lane.INLINE, CallOptions.DEFAULT),
        new TernContender("threads-virtual", false, Lane.VIRTUAL, CallOptions.DEFAULT));
  }

  /** With a key, as calls have that may be repeated. */
  @Override
  public List<Contender> variants() {
    CallOptions keyed = CallOptions.DEFAULT.withKey(KEY);
    return List.of(
        new TernContender("netty-inline-keyed", true, Lane.INLINE, keyed),
        new TernContender("netty-virtual-keyed", true, Lane.VIRTUAL, keyed));
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

package dev.tern.bench;

import dev.tern.core.Lane;
import java.util.List;

/** All that can be measured. */
final class Contenders {
  static final String ECHO = "echo";

  static final List<Contender> ALL =
      List.of(
          new EchoContender(),
          new TernContender("netty-inline", true, Lane.INLINE),
          new TernContender("netty-virtual", true, Lane.VIRTUAL),
          new TernContender("threads-inline", false, Lane.INLINE),
          new TernContender("threads-virtual", false, Lane.VIRTUAL));

  private Contenders() {}

  static Contender named(String name) {
    return ALL.stream()
        .filter(contender -> contender.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "contender: "
                        + name
                        + " (expected: one of "
                        + ALL.stream().map(Contender::name).toList()
                        + ")"));
  }
}

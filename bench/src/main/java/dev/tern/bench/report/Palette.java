package dev.tern.bench.report;

import dev.tern.bench.draw.Ink;
import java.util.List;
import java.util.Map;

/** Gives a contender one colour in every plot; Tern's are of one family. */
final class Palette {
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("netty-inline", "#0b8f83"),
          Map.entry("netty-virtual", "#3cc4b4"),
          Map.entry("threads-inline", "#5a9e2f"),
          Map.entry("threads-virtual", "#9ccc5a"),
          Map.entry("serve-inline", "#0b8f83"),
          Map.entry("echo", "#8b939c"),
          Map.entry("echo-bytes", "#8b939c"),
          Map.entry("echo-frames", "#8b939c"),
          Map.entry("grpc", "#3f6fd8"),
          Map.entry("grpc-direct", "#7fa6f5"),
          Map.entry("bolt", "#e0643c"),
          Map.entry("rsocket", "#e0a020"),
          Map.entry("armeria", "#a05bd6"),
          Map.entry("dubbo", "#d6609f"),
          Map.entry("thrift", "#9c6b4e"),
          Map.entry("http", "#c0392b"));

  /** For rivals to come. */
  private static final List<String> OTHERS =
      List.of("#5f6b7a", "#7a5f9c", "#4f8a9c", "#9c8a4f", "#b0587a");

  private Palette() {}

  static Ink of(String contender) {
    String known = KNOWN.get(contender);
    String colour =
        known != null ? known : OTHERS.get(Math.floorMod(contender.hashCode(), OTHERS.size()));
    return new Ink(colour, contender.startsWith("echo")); // the limit is drawn as a limit
  }
}

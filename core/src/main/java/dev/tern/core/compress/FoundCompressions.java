package dev.tern.core.compress;

import dev.tern.protocol.compress.Compression;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.ContextPool;
import dev.tern.protocol.compress.Gzip;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The compressions of this process: gzip, and those whose modules are there. */
public final class FoundCompressions {
  private static final List<ContextPool> POOLS = pools();

  private FoundCompressions() {}

  private static List<ContextPool> pools() {
    List<ContextPool> found = new ArrayList<>();
    found.add(new ContextPool(new Gzip()));
    for (Compression each :
        ServiceLoader.load(Compression.class, FoundCompressions.class.getClassLoader())) {
      if (found.stream().noneMatch(pool -> pool.label().equals(each.label()))) {
        found.add(new ContextPool(each));
      }
    }
    return List.copyOf(found);
  }

  /** The names of all of them, gzip's first. */
  public static List<String> labels() {
    return POOLS.stream().map(ContextPool::label).toList();
  }

  /**
   * Some of them, with what they need, such as native code.
   *
   * @param labels the best first; one that is named twice counts once
   * @throws IllegalArgumentException for one that is not there
   */
  public static Compressions of(List<String> labels) {
    List<ContextPool> chosen = labels.stream().distinct().map(FoundCompressions::pool).toList();
    chosen.forEach(ContextPool::prepare);
    return new Compressions(chosen);
  }

  /** How many ends have used one of them and have not closed, counted for each of its own. */
  public static int users() {
    return POOLS.stream().mapToInt(ContextPool::users).sum();
  }

  private static ContextPool pool(String label) {
    return POOLS.stream()
        .filter(pool -> pool.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "compression: "
                        + label
                        + " (expected: one of "
                        + String.join(", ", labels())
                        + "; others need their module, such as tern-compress-zstd)"));
  }
}

package dev.tern.core.observe;

import dev.tern.core.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each thing has happened that an end counts. Thread-safe; counting never blocks. */
public final class Tally {
  private final Map<Counter, LongAdder> counts = new EnumMap<>(Counter.class);

  public Tally() {
    for (Counter counter : Counter.values()) {
      counts.put(counter, new LongAdder()); // all at once: from then on the map is only read
    }
  }

  /** It has happened once. */
  public void count(Counter what) {
    add(what, 1);
  }

  /** It has happened so often. */
  @SuppressWarnings("NullAway") // there is one for each
  public void add(Counter what, long times) {
    counts.get(what).add(times);
  }

  /** What has happened at all. */
  Map<Counter, Long> snapshot() {
    Map<Counter, Long> happened = new EnumMap<>(Counter.class);
    counts.forEach(
        (what, adder) -> {
          long times = adder.sum();
          if (times != 0) {
            happened.put(what, times);
          }
        });
    return happened;
  }
}

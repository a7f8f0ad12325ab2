package dev.tern.cli.top;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a server had counted at one moment, by group and name: {@code calls} by code, {@code counts}
 * and {@code oddities} by label. What a server does not say counts as 0.
 *
 * @param atNanos when it was read
 * @param figures of the server as it is now, such as {@code in_flight}
 */
record Sample(long atNanos, Map<String, Long> figures, Map<String, Map<String, Long>> groups) {

  /** Takes from a reply of {@code rpc.stats} what are numbers. */
  static Sample of(Map<String, Object> reply, long atNanos) {
    Map<String, Map<String, Long>> groups = new TreeMap<>();
    reply.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> group) {
            groups.put(name, numbers(group));
          }
        });
    return new Sample(atNanos, numbers(reply), groups);
  }

  private static Map<String, Long> numbers(Map<?, ?> values) {
    Map<String, Long> numbers = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (value instanceof Number number) {
            numbers.put(String.valueOf(name), number.longValue());
          }
        });
    return numbers;
  }

  long figure(String name) {
    return figures.getOrDefault(name, 0L);
  }

  Map<String, Long> group(String name) {
    return groups.getOrDefault(name, Map.of());
  }

  long count(String name) {
    return group("counts").getOrDefault(name, 0L);
  }

  /** Calls that have ended, with whatever code. */
  long ended() {
    return group("calls").values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that have ended with a result. */
  long succeeded() {
    return group("calls").getOrDefault("OK", 0L);
  }

  /** How much more a second, between an earlier sample's value and this one's. */
  double perSecond(Sample earlier, long before, long now) {
    return (now - before) * 1e9 / Math.max(1, atNanos - earlier.atNanos);
  }
}

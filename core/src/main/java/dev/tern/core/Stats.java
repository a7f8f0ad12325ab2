package dev.tern.core;

import dev.tern.protocol.Oddity;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an end has counted since it began. The figures of one snapshot are each exact, but not of
 * the very same instant.
 *
 * @param uptime how long ago it began
 * @param connections open ones
 * @param inFlight calls that run or wait for a reply
 * @param queued calls that wait at a limit of the server's; 0 at a client
 * @param byCode ended calls by error code; {@link #OK} for those with a result
 * @param counts what else it has done; only what happened at all
 * @param oddities what peers did wrong or too late; only what happened at all
 * @param sinceLastSeen how long ago a peer was heard last; null for never
 */
public record Stats(
    Duration uptime,
    long connections,
    long inFlight,
    long queued,
    Map<String, Long> byCode,
    Map<Counter, Long> counts,
    Map<Oddity, Long> oddities,
    @Nullable Duration sinceLastSeen) {

  /** The label of calls that had a result. */
  public static final String OK = "OK";

  /** Copies the maps. */
  public Stats {
    byCode = Map.copyOf(byCode);
    counts = Map.copyOf(counts);
    oddities = Map.copyOf(oddities);
  }

  /** How many calls ended with this code. */
  public long count(String code) {
    return byCode.getOrDefault(code, 0L);
  }

  /** How often this happened. */
  public long count(Counter what) {
    return counts.getOrDefault(what, 0L);
  }

  /** How often this happened. */
  public long count(Oddity oddity) {
    return oddities.getOrDefault(oddity, 0L);
  }
}

package dev.tern.core.server;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Stats;
import dev.tern.core.TypeRef;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** {@code rpc.stats}: tells what this server has counted since it began. */
record StatsMethod(Supplier<Stats> stats) implements Procedure<Void, Map<String, Object>> {
  @SuppressWarnings("NullAway") // it does not see the annotation on a type argument
  static final Method<Void, Map<String, Object>> METHOD =
      Method.<Void, Map<String, Object>>of(
              "rpc.stats", Void.class, new TypeRef<Map<String, Object>>() {})
          .effect(Effect.READ);

  @Override
  public Map<String, Object> call(Void none) {
    Stats now = stats.get();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("uptime_ms", now.uptime().toMillis());
    told.put("connections", now.connections());
    told.put("in_flight", now.inFlight());
    told.put("queued", now.queued());
    Duration sinceLastSeen = now.sinceLastSeen();
    if (sinceLastSeen != null) {
      told.put("last_seen_ms", sinceLastSeen.toMillis());
    }
    told.put("calls", new TreeMap<>(now.byCode()));
    Map<String, Long> counts = new TreeMap<>();
    now.counts().forEach((what, times) -> counts.put(what.label(), times));
    told.put("counts", counts);
    Map<String, Long> oddities = new TreeMap<>();
    now.oddities()
        .forEach((what, times) -> oddities.put(what.name().toLowerCase(Locale.ROOT), times));
    told.put("oddities", oddities);
    return told;
  }
}

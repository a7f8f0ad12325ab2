package dev.tern.core.server;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.link.StallWatch;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.protocol.Limits;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.peer.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a server shall be like: written by its builder, read when it starts. Not thread-safe. What
 * each setting means is said in {@link ServerBuilder}.
 */
final class ServerSettings {
  /** Calls of all connections together: each costs a thread's stack at worst. */
  private static final int MAX_IN_FLIGHT = 100_000;

  /** What connections may hold together: a quarter of the heap leaves the rest to the methods. */
  private static final int HEAP_SHARE = 4;

  /** Room for a few large replies on their way to a peer. */
  private static final long UNREAD_OUTPUT_BYTES = 8 << 20;

  /** A bare client repeats a call within seconds, or never. */
  private static final Duration BARE_REPLAY_TIME = Duration.ofSeconds(10);

  /** A few megabytes of small results. */
  private static final long BARE_REPLAYS = 10_000;

  /** A method with the user's code. */
  record Registration<P extends @Nullable Object, R extends @Nullable Object>(
      Method<P, R> method, Lane lane, Procedure<P, R> procedure) {}

  /** The bounds of a pool: how many threads, and how many calls may wait for one. */
  record PoolSize(int threads, int queue) {}

  final Map<String, Registration<?, ?>> methods = new LinkedHashMap<>();
  final List<Filter> filters = new ArrayList<>();
  final Map<String, PoolSize> pools = new LinkedHashMap<>();
  Environment environment = Environment.SYSTEM;
  Limits limits = Limits.DEFAULT;

  /** Of methods, by name. */
  final Map<String, ConcurrencyLimit> methodLimits = new LinkedHashMap<>();

  /** Of all methods together; null for none: calls that only wait for others cost little. */
  @Nullable ConcurrencyLimit limit;

  int maxInFlight = MAX_IN_FLIGHT;
  long processBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  long unreadOutputBytes = UNREAD_OUTPUT_BYTES;
  Duration writeStall = StallWatch.DEFAULT_LIMIT;

  /** Asks seldom enough to cost nothing, and soon enough that nobody looks after it himself. */
  Heartbeat heartbeat =
      new Heartbeat(Duration.ofSeconds(20).toNanos(), Duration.ofSeconds(10).toNanos(), false);

  /** In nanoseconds; 0 for ever. */
  long idleNanos;

  /** In nanoseconds; 0 for ever. */
  long maxAgeNanos;

  Duration drainDelay = Duration.ZERO;

  /** Of a service, or of all if the name is empty. */
  Predicate<String> readiness = _ -> true;

  Encodings encodings = FoundEncodings.ALL;
  Compressions compressions = Compressions.NONE;
  boolean refuseUnknownFields;
  boolean exposeErrors;
  boolean tellsStats;

  /** Null where anybody may call. */
  @Nullable AuthFilter auth;

  /** Null until one is needed, unless there shall be none. */
  private @Nullable OutcomeStore outcomes;

  private boolean remembersNothing;
  Duration bareReplayTime = BARE_REPLAY_TIME;
  long bareReplays = BARE_REPLAYS;
  String title = "Tern service";
  String version = "0";

  void outcomes(@Nullable OutcomeStore store) {
    outcomes = store;
    remembersNothing = store == null;
  }

  /** The store of methods that must happen once; null if there are none, or shall be no store. */
  @Nullable OutcomeStore outcomes() {
    if (outcomes == null && !remembersNothing && hasOnceMethods()) {
      return MemoryStore.builder().timers(environment.timers()).build();
    }
    return outcomes;
  }

  /** Whether the store is one of the user's. */
  boolean hasUsersOutcomes() {
    return outcomes != null;
  }

  private boolean hasOnceMethods() {
    return methods.values().stream().anyMatch(m -> m.method().effect() == Effect.ONCE);
  }

  /** A cache of the answers to bare calls; null if there shall be none. */
  @Nullable OutcomeStore bareReplays() {
    return bareReplays == 0 || bareReplayTime.isZero()
        ? null
        : MemoryStore.builder()
            .window(bareReplayTime.toMillis() < 1 ? Duration.ofMillis(1) : bareReplayTime)
            .entries(bareReplays)
            .evicting()
            .timers(environment.timers())
            .build();
  }
}

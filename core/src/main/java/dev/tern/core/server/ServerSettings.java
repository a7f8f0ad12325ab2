package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.link.StallWatch;
import dev.tern.core.runtime.Environment;
import dev.tern.protocol.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  int maxInFlight = MAX_IN_FLIGHT;
  long processBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  long unreadOutputBytes = UNREAD_OUTPUT_BYTES;
  Duration writeStall = StallWatch.DEFAULT_LIMIT;
  boolean refuseUnknownFields;
  boolean exposeErrors;
  String title = "Tern service";
  String version = "0";
}

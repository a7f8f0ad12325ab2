package dev.tern.core.server;

import static java.util.stream.Collectors.toSet;

import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Stats;
import dev.tern.core.access.Onion;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.OpenRpc;
import dev.tern.core.binding.OpenRpc.MethodDoc;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.observe.Tally;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.server.ServerSettings.Registration;
import dev.tern.core.server.admission.Places;
import dev.tern.core.server.health.HealthMethod;
import dev.tern.core.server.once.Once;
import dev.tern.core.server.once.OutcomeMethod;
import dev.tern.core.server.once.OutcomeMethod.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the methods that a server offers, each under its filters, and checks that they can run. */
final class ServerMethods {
  private static final Set<String> HOUSEKEEPING = Set.of("rpc.hello", "rpc.health");

  private final ServerSettings settings;
  private final Once once;
  private final JsonCodec lenient;
  private final JsonCodec codec;
  private final Tally tally;
  private final @Nullable Places ofAll;

  private ServerMethods(ServerSettings settings, Once once, JsonCodec lenient, Tally tally) {
    this.settings = settings;
    this.once = once;
    this.lenient = lenient;
    this.codec = settings.refuseUnknownFields ? JsonCodec.ofServer(true, settings.limits) : lenient;
    this.tally = tally;
    ConcurrencyLimit limit = settings.limit;
    this.ofAll = limit == null ? null : places(limit, "this server");
  }

  /**
   * The methods that were registered, and the protocol's own, by name.
   *
   * @param lenient what ignores fields that a type does not declare
   * @param isDraining what {@code rpc.health} tells before anything else
   * @param stats what the server has counted, when it runs
   * @throws IllegalArgumentException if a method has types that can never be read and written
   * @throws IllegalStateException if a method cannot run on its lane
   */
  static Map<String, ServedMethod> of(
      ServerSettings settings,
      Once once,
      JsonCodec lenient,
      Tally tally,
      BooleanSupplier isDraining,
      Supplier<Stats> stats) {
    ServerMethods methods = new ServerMethods(settings, once, lenient, tally);
    List<Registration<?, ?>> all = new ArrayList<>(settings.methods.values());
    all.add(methods.discover());
    OutcomeStore store = once.store();
    Lane lane = methods.laneOf(HelloMethod.METHOD);
    HelloMethod hello =
        new HelloMethod(
            settings.limits,
            settings.encodings,
            settings.compressions.labels(),
            settings.heartbeat,
            store);
    all.add(new Registration<>(HelloMethod.METHOD, lane, hello));
    Set<String> services =
        settings.methods.keySet().stream().map(HealthMethod::serviceOf).collect(toSet());
    HealthMethod health = new HealthMethod(services, settings.readiness, isDraining);
    all.add(new Registration<>(HealthMethod.METHOD, Lane.VIRTUAL, health));
    if (settings.tellsStats) {
      all.add(new Registration<>(StatsMethod.METHOD, Lane.VIRTUAL, new StatsMethod(stats)));
    }
    if (store != null) {
      Procedure<Query, Map<String, @Nullable Object>> outcome =
          new OutcomeMethod(store, settings.limits);
      all.add(new Registration<>(OutcomeMethod.METHOD, Lane.VIRTUAL, outcome));
    }
    Map<String, ServedMethod> served = new LinkedHashMap<>();
    methods.checkLimits();
    all.forEach(one -> served.put(one.method().name(), methods.serve(one)));
    return Map.copyOf(served);
  }

  /** On the thread that reads, unless a filter may block there. */
  private Lane laneOf(Method<?, ?> method) {
    boolean mayBlock =
        ServerStack.filters(method, codec, settings.auth, settings.filters, once).stream()
            .anyMatch(Filter::mayBlock);
    return mayBlock ? Lane.VIRTUAL : Lane.INLINE;
  }

  private <P extends @Nullable Object, R extends @Nullable Object> ServedMethod serve(
      Registration<P, R> registration) {
    Method<P, R> method = registration.method();
    List<Filter> filters;
    Handler innermost;
    try {
      filters = ServerStack.filters(method, codec, settings.auth, settings.filters, once);
      check(method, registration.lane(), filters);
      requireSpoken(codec.onlyEncoding(method.paramsType(), method.resultType()));
      // What a later version says in the protocol's own methods must not be refused.
      boolean isOwn = method.name().startsWith("rpc.");
      innermost = new ProcedureHandler<>(method, registration.procedure(), isOwn ? lenient : codec);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("method " + method.name() + ": " + e.getMessage(), e);
    }
    Lane lane = registration.lane();
    List<Places> limits = limits(method, lane);
    boolean isTokenKnown = settings.auth != null && !settings.auth.mayBlock();
    return new ServedMethod(
        method,
        lane,
        Onion.wrap(filters, innermost),
        limits,
        once.duplicates(method, lane, !limits.isEmpty(), isTokenKnown),
        HOUSEKEEPING.contains(method.name()));
  }

  /** Looks whether anybody could ever call a method that only one encoding has a place for. */
  private void requireSpoken(@Nullable String only) {
    if (only != null && settings.encodings.find(only) == null) {
      throw new IllegalArgumentException(
          ("its params or its result are a message of %s, which this server does not speak"
                  + " (expected: the module tern-codec-%s, and it in ServerBuilder.encodings)")
              .formatted(only, only));
    }
  }

  /** An inline call runs alone on its thread, and the protocol's own answer whatever else waits. */
  private List<Places> limits(Method<?, ?> method, Lane lane) {
    if (lane instanceof Lane.Inline || method.name().startsWith("rpc.")) {
      return List.of();
    }
    ConcurrencyLimit own = settings.methodLimits.get(method.name());
    List<Places> limits = new ArrayList<>();
    if (own != null) {
      limits.add(places(own, "this method"));
    }
    if (ofAll != null) {
      limits.add(ofAll);
    }
    return List.copyOf(limits);
  }

  private Places places(ConcurrencyLimit limit, String whose) {
    return new Places(limit, whose, tally, settings.environment.timers().nanoTime());
  }

  private void checkLimits() {
    settings.methodLimits.forEach(
        (name, _) -> {
          Registration<?, ?> limited = settings.methods.get(name);
          if (limited == null || limited.lane() instanceof Lane.Inline) {
            throw new IllegalStateException(
                "limit of %s, which is %s (expected: a method on another lane than INLINE)"
                    .formatted(name, limited == null ? "not served" : "on the INLINE lane"));
          }
        });
  }

  private void check(Method<?, ?> method, Lane lane, List<Filter> filters) {
    switch (lane) {
      case Lane.Virtual _ -> {}
      case Lane.Inline _ -> {
        for (Filter filter : filters) {
          if (filter.mayBlock()) {
            throw new IllegalStateException(
                ("method %s is on the INLINE lane, but the filter %s may block"
                        + " (expected: mayBlock() or appliesTo() false, or another lane)")
                    .formatted(method.name(), Onion.name(filter)));
          }
        }
      }
      case Lane.Threads(Executor executor) -> {
        if (isInPlace(method, executor)) {
          throw new IllegalStateException(
              "method %s is on an executor that runs its tasks in place (expected: other threads)"
                  .formatted(method.name()));
        }
      }
      case Lane.Pool(String pool) -> {
        if (!settings.pools.containsKey(pool)) {
          throw new IllegalStateException(
              "method %s is on the pool \"%s\" (expected: one of pool(name, threads, queue): %s)"
                  .formatted(method.name(), pool, settings.pools.keySet()));
        }
      }
    }
  }

  private static boolean isInPlace(Method<?, ?> method, Executor executor) {
    try {
      return Handover.isInPlace(executor);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "method %s is on an executor that throws (expected: one that runs its tasks)"
              .formatted(method.name()),
          e);
    }
  }

  /** Tells what the registered methods are. */
  private Registration<?, ?> discover() {
    List<MethodDoc> docs = settings.methods.values().stream().map(r -> doc(r.method())).toList();
    EncodedJson document =
        new EncodedJson(OpenRpc.document(settings.title, settings.version, docs));
    return new Registration<>(
        Method.<Void, EncodedJson>of("rpc.discover", Void.class, EncodedJson.class)
            .effect(Effect.READ),
        Lane.VIRTUAL,
        _ -> document);
  }

  private static MethodDoc doc(Method<?, ?> method) {
    return new MethodDoc(
        method.name(),
        method.paramsType(),
        method.resultType(),
        method.effect().name(),
        method.description());
  }
}

package dev.tern.core.server.health;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.TypeRef;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * {@code rpc.health}: tells whether calls are welcome, at the whole server or at one service. It
 * says no more than that, as strangers may ask.
 */
public final class HealthMethod implements Procedure<HealthMethod.Query, Map<String, String>> {

  /**
   * Whose health.
   *
   * @param service what stands before the last dot of its methods; of the whole server if it is not
   *     said or empty
   */
  public record Query(Optional<String> service) {}

  /** What both ends know of it. */
  public static final Method<Query, Map<String, String>> METHOD =
      Method.of("rpc.health", Query.class, new TypeRef<Map<String, String>>() {})
          .effect(Effect.READ);

  private final Set<String> services;
  private final Predicate<String> isReady;
  private final BooleanSupplier isDraining;

  /**
   * @param services those that the server has
   * @param isReady what the application says of a service, or of all if the name is empty
   */
  public HealthMethod(Set<String> services, Predicate<String> isReady, BooleanSupplier isDraining) {
    this.services = services;
    this.isReady = isReady;
    this.isDraining = isDraining;
  }

  @Override
  public Map<String, String> call(Query query) {
    return Map.of("status", status(query.service().orElse("")));
  }

  private String status(String service) {
    if (!service.isEmpty() && !services.contains(service)) {
      return "unknown";
    }
    if (isDraining.getAsBoolean()) {
      return "draining";
    }
    boolean ready = isReady.test("") && (service.isEmpty() || isReady.test(service));
    return ready ? "serving" : "not_ready";
  }

  /** The service of a method; empty if its name has no dot. */
  public static String serviceOf(String method) {
    return method.substring(0, Math.max(0, method.lastIndexOf('.')));
  }
}

package dev.tern.core.server;

import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.access.Onion;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.OpenRpc;
import dev.tern.core.binding.OpenRpc.MethodDoc;
import dev.tern.core.server.ServerSettings.Registration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Makes the methods that a server offers, each under its filters, and checks that they can run. */
final class ServerMethods {
  private final ServerSettings settings;

  private ServerMethods(ServerSettings settings) {
    this.settings = settings;
  }

  /**
   * The methods that were registered, and the protocol's own, by name.
   *
   * @throws IllegalArgumentException if a method has types that can never be read and written
   * @throws IllegalStateException if a method cannot run on its lane
   */
  static Map<String, ServedMethod> of(ServerSettings settings) {
    ServerMethods methods = new ServerMethods(settings);
    Map<String, ServedMethod> served = new LinkedHashMap<>();
    settings.methods.forEach((name, registration) -> served.put(name, methods.serve(registration)));
    Registration<?, ?> discover = methods.discover();
    served.put(discover.method().name(), methods.serve(discover));
    return Map.copyOf(served);
  }

  private <P extends @Nullable Object, R extends @Nullable Object> ServedMethod serve(
      Registration<P, R> registration) {
    Method<P, R> method = registration.method();
    List<Filter> filters = ServerStack.filters(method, settings.filters);
    check(method, registration.lane(), filters);
    JsonCodec codec =
        settings.refuseUnknownFields ? JsonCodec.REFUSING_UNKNOWN_FIELDS : JsonCodec.DEFAULT;
    Handler innermost;
    try {
      innermost = new ProcedureHandler<>(method, registration.procedure(), codec);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("method " + method.name() + ": " + e.getMessage(), e);
    }
    return new ServedMethod(method, registration.lane(), Onion.wrap(filters, innermost));
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
        if (Handover.isInPlace(executor)) {
          throw new IllegalStateException(
              "method %s is on an executor that runs its tasks in place (expected: other threads)"
                  .formatted(method.name()));
        }
      }
      case Lane.Pool(String pool) -> {
        if (!settings.pools.containsKey(pool)) {
          throw new IllegalStateException(
              "method %s is on the pool \"%s\" (expected: one of %s)"
                  .formatted(method.name(), pool, settings.pools.keySet()));
        }
      }
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

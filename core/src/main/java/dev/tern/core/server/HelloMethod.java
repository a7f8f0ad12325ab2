package dev.tern.core.server;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.TypeRef;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.peer.Heartbeat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code rpc.hello}: tells what this server speaks, wishes and remembers, and who the caller is to
 * it. What a client says of itself in it, its session has read.
 */
final class HelloMethod implements Procedure<Map<String, EncodedJson>, Map<String, Object>> {
  @SuppressWarnings("NullAway") // it does not see the annotation on a type argument
  static final Method<Map<String, EncodedJson>, Map<String, Object>> METHOD =
      Method.of(
              "rpc.hello",
              new TypeRef<Map<String, @Nullable EncodedJson>>() {},
              new TypeRef<Map<String, Object>>() {})
          .effect(Effect.READ);

  private final Map<String, Object> known = new LinkedHashMap<>();
  private final @Nullable OutcomeStore store;

  HelloMethod(
      Limits limits,
      Encodings encodings,
      List<String> compressions,
      Heartbeat heartbeat,
      @Nullable OutcomeStore store) {
    this.store = store;
    known.put("versions", List.of(1));
    known.put("encodings", encodings.labels());
    known.put("compressions", compressions);
    Map<String, Object> bounds = new LinkedHashMap<>();
    bounds.put("frame_bytes", limits.get(Bound.FRAME_BYTES));
    bounds.put("in_flight", limits.get(Bound.IN_FLIGHT));
    bounds.put("batch_items", limits.get(Bound.BATCH_ITEMS));
    known.put("limits", bounds);
    if (heartbeat.isOn()) {
      known.put("heartbeat_ms", TimeUnit.NANOSECONDS.toMillis(heartbeat.intervalNanos()));
    }
  }

  @Override
  public Map<String, Object> call(Map<String, EncodedJson> said) {
    Map<String, Object> told = new LinkedHashMap<>(known);
    Caller caller = Request.current().caller();
    if (!caller.isAnonymous()) {
      told.put("caller", caller.name());
    }
    if (store != null) {
      told.put("dedup", store.dedup());
      told.put("window_ms", store.window().toMillis());
      told.put("store_ms", store.nowMillis());
    }
    return told;
  }
}

package dev.tern.conformance;

import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the servers under test offer: the methods that the Python clients expect, and some that only
 * tests want. Counts what really ran, because a reply alone does not show that nothing did.
 */
final class TestService {
  /** What must never be seen on the wire. */
  static final String SECRET = "SELECT password FROM users";

  /** Ends a test that has gone wrong; none gets there. */
  private static final int HOLD_SECONDS = 60;

  record Add(long a, long b) {}

  record Divide(double a, double b) {}

  record Inc(String key, @Nullable Long delta) {}

  record Get(String key) {}

  record Counter(String key, long value) {}

  record Echo(@Nullable Object value) {}

  record Sleep(long ms) {}

  record Blob(int bytes) {}

  record Item(int count, String name) {}

  record Order(List<Item> items) {}

  record Nothing() {}

  private final ConcurrentMap<String, Long> counters = new ConcurrentHashMap<>();
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong holding = new AtomicLong();
  private final CountDownLatch released = new CountDownLatch(1);

  /** Offers all of it. */
  @SuppressWarnings("NullAway") // there is no class literal of a nullable type
  ServerBuilder offer(ServerBuilder server) {
    return server
        .serve(
            Method.of("add", Add.class, Long.class).effect(Effect.READ),
            p -> ran(Math.addExact(p.a(), p.b())))
        .serve(Method.of("divide", Divide.class, Double.class).effect(Effect.READ), this::divide)
        .serve(Method.of("inc", Inc.class, Counter.class).effect(Effect.ONCE), this::inc)
        .serve(
            Method.of("get", Get.class, Counter.class).effect(Effect.READ),
            p -> ran(new Counter(p.key(), counters.getOrDefault(p.key(), 0L))))
        .serve(Method.of("echo", Echo.class, Object.class).effect(Effect.READ), p -> ran(p.value()))
        .serve(Method.of("sleep", Sleep.class, Long.class).effect(Effect.READ), this::sleep)
        .serve(Method.of("hold", Nothing.class, String.class), _ -> hold())
        .serve(Method.of("boom", Nothing.class, String.class), _ -> boom())
        .serve(
            Method.of("blob", Blob.class, String.class).effect(Effect.READ),
            p -> ran("x".repeat(p.bytes())))
        .serve(
            Method.of("order", Order.class, Integer.class).effect(Effect.READ),
            p -> ran(p.items().size()))
        .serve(
            Method.of("trace", Nothing.class, String.class).effect(Effect.READ),
            _ -> ran(String.valueOf(Request.current().meta().get(Meta.TRACEPARENT))))
        .serve(
            Method.of("metadata", TypeRef.of(Void.class), new TypeRef<Map<String, String>>() {})
                .effect(Effect.READ),
            _ -> ran(sayMetadata()));
  }

  /** How many procedures have run to their end or are held. */
  long runs() {
    return runs.get();
  }

  /** How many calls of {@code hold} wait for {@link #release}. */
  long holding() {
    return holding.get();
  }

  /** Lets all calls of {@code hold} go, also those that come later. */
  void release() {
    released.countDown();
  }

  private <T extends @Nullable Object> T ran(T result) {
    runs.incrementAndGet();
    return result;
  }

  private Double divide(Divide p) {
    if (p.b() == 0) {
      throw ran(new RpcException("DIVISION_BY_ZERO", "division by zero"));
    }
    return ran(p.a() / p.b());
  }

  private Counter inc(Inc p) {
    long delta = p.delta() == null ? 1 : p.delta();
    return ran(new Counter(p.key(), counters.merge(p.key(), delta, Math::addExact)));
  }

  /** Waits as a real handler would; nobody counts down the latch. */
  private Long sleep(Sleep p) throws InterruptedException {
    boolean woken = new CountDownLatch(1).await(p.ms(), TimeUnit.MILLISECONDS);
    return ran(woken ? -1 : p.ms());
  }

  private String hold() throws InterruptedException {
    runs.incrementAndGet();
    holding.incrementAndGet();
    try {
      return released.await(HOLD_SECONDS, TimeUnit.SECONDS) ? "released" : "forgotten";
    } finally {
      holding.decrementAndGet();
    }
  }

  /** What the caller has said, as the result and beside it. */
  private static Map<String, String> sayMetadata() {
    Metadata said = Request.current().metadata();
    Request.current().replyWith(said);
    return said.asMap();
  }

  private String boom() {
    throw ran(new IllegalStateException(SECRET));
  }
}

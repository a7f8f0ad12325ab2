package dev.tern.conformance;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Meta;
import dev.tern.protocol.script.Script.Step;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The methods of the examples of PROTOCOL.md, which says what they do. */
final class ExampleService {
  private static final long PATIENCE_SECONDS = 60;

  private static final TypeRef<@Nullable Map<String, Object>> ANYTHING = new TypeRef<>() {};
  private static final TypeRef<@Nullable Void> NOTHING = new TypeRef<>() {};
  private static final TypeRef<@Nullable String> TEXT_OR_NULL = new TypeRef<>() {};

  private record Numbers(long a, long b) {}

  private record Receipt(int receipt) {}

  private record Repeated(String text, int times) {}

  private final Semaphore started = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private final Semaphore wentOn = new Semaphore(0);
  private final Semaphore told = new Semaphore(0);
  private volatile boolean givesUp;
  private final AtomicInteger receipts = new AtomicInteger();

  void offer(ServerBuilder server) {
    server
        .serve(
            Method.of("add", Numbers.class, Long.class).effect(Effect.READ).describedAs("The sum."),
            Lane.INLINE,
            ExampleService::add)
        .serve(Method.of("log", ANYTHING, NOTHING), Lane.INLINE, _ -> null)
        .serve(Method.of("divide", Numbers.class, Long.class), Lane.INLINE, ExampleService::divide)
        .serve(Method.of("fail", Void.class, Void.class), Lane.INLINE, _ -> fail())
        .serve(Method.of("buy", Void.class, Void.class), Lane.INLINE, _ -> buy())
        .serve(
            Method.of("repeat", Repeated.class, String.class),
            Lane.INLINE,
            what -> what.text().repeat(what.times()))
        .serve(
            Method.of("trace", TypeRef.of(Void.class), TEXT_OR_NULL),
            Lane.INLINE,
            _ -> Request.current().meta().get(Meta.TRACEPARENT))
        .serve(
            Method.of("pay", Numbers.class, Receipt.class).effect(Effect.ONCE),
            Lane.INLINE,
            _ -> new Receipt(receipts.incrementAndGet()))
        .serve(Method.of("slow", ANYTHING, TypeRef.of(String.class)), _ -> slow());
  }

  private static Long add(Numbers numbers) {
    return numbers.a() + numbers.b();
  }

  private static Long divide(Numbers numbers) {
    if (numbers.b() == 0) {
      throw new RpcException(
          "DIVISION_BY_ZERO", "division by zero", Map.of("dividend", numbers.a()));
    }
    return numbers.a() / numbers.b();
  }

  private static Void fail() {
    throw new IllegalStateException("secret");
  }

  private static Void buy() {
    throw RpcException.notExecuted("OUT_OF_STOCK", "none left");
  }

  /** Returns or gives up when the script says so. */
  private String slow() throws InterruptedException {
    Request.current().cancelToken().onCancel(told::release);
    started.release();
    released.acquire();
    wentOn.release();
    if (givesUp) {
      throw new InterruptedException("nobody waits");
    }
    return "done";
  }

  /** Makes something happen to {@code slow}, or waits for it. */
  void happen(Step step) throws InterruptedException {
    switch (step.verb() + " " + step.rest()) {
      case "start slow" -> await(started, step);
      case "told slow" -> await(told, step);
      case "ok slow" -> goOn(step);
      case "give-up slow" -> {
        givesUp = true;
        goOn(step);
      }
      default -> throw new AssertionError(step + " (expected: what an example can have happen)");
    }
  }

  /** Waits until it does, so that the next call cannot take what was meant for this one. */
  private void goOn(Step step) throws InterruptedException {
    released.release();
    await(wentOn, step);
  }

  private static void await(Semaphore event, Step step) throws InterruptedException {
    if (!event.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("in vain waited for " + step);
    }
  }

  /** Lets all calls of {@code slow} go. */
  void release() {
    released.release(1_000);
  }
}

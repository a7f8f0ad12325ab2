package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Filters and handlers do whatever they may, on all lanes and under all effects, while deadlines
 * pass: what a caller is told of whether its call ran is compared with what ran.
 */
@Timeout(60)
final class VerdictRacesTest {
  private static final long SEED = 0x5eed_0008L;
  private static final int ROUNDS = 40;
  private static final int CALLS_A_ROUND = 60;
  private static final int LONGEST_PAUSE = 30;

  /** Of the clock: so that some calls end before their deadlines, and some do not. */
  private static final int YIELDS_A_STEP = 500;

  /** What the filter does. */
  private enum Around {
    PASS,
    PASS_ELSEWHERE,
    ANSWER_ITSELF,
    REFUSE,
    THROW,
    ERROR,
    REFUSE_AFTERWARDS,
    THROW_AFTERWARDS,
    ERROR_AFTERWARDS,
    TWICE,
    TWICE_AT_ONCE,
    START_AND_REFUSE,
    START_AND_ANSWER,
    JOIN_AND_REFUSE,
    JOIN_AND_WAIT,
    JOIN_AND_PASS
  }

  /** What a run of the handler does. Those that promise that nothing has happened do nothing. */
  private enum Inside {
    RETURN,
    RETURN_NONSENSE,
    HOLD,
    ERROR,
    THROW,
    REFUSE,
    PROMISE
  }

  /** One call: what is to happen, and what has. */
  private static final class Plan {
    final Around around;
    final List<Inside> inside;
    final int pause;
    final CountDownLatch release;
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger effects = new AtomicInteger();
    volatile boolean joined;

    Plan(Random random, CountDownLatch release, boolean mayHold) {
      this.around = any(Around.values(), random);
      this.inside = List.of(inside(random, mayHold), inside(random, mayHold));
      this.pause = random.nextInt(LONGEST_PAUSE);
      this.release = release;
    }

    private static Inside inside(Random random, boolean mayHold) {
      Inside inside = any(Inside.values(), random);
      return inside == Inside.HOLD && !mayHold ? Inside.RETURN : inside;
    }

    /** Lets others go first, now and then. */
    @SuppressWarnings("ThreadPriorityCheck") // it need not help
    void pause() {
      for (int i = 0; i < pause; i++) {
        Thread.yield();
      }
    }

    @Override
    public String toString() {
      return around + " around " + inside + ", begun " + begun + ", effects " + effects;
    }
  }

  private final InMemory memory = new InMemory();
  private final Map<String, Plan> plans = new ConcurrentHashMap<>();
  private final Queue<CompletableFuture<Response>> elsewhere = new ConcurrentLinkedQueue<>();

  @AfterEach
  void closeAll() {
    memory.close();
  }

  private static <T> T any(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private Plan planOf(Request request) {
    Plan plan = plans.get(String.valueOf(request.meta().get(Meta.KEY)));
    if (plan == null) {
      throw new AssertionError("no plan for " + request);
    }
    return plan;
  }

  private static RpcException refusal() {
    return RpcException.refusal(ErrorCode.FORBIDDEN, "refused");
  }

  private void start(Request request, Handler next) {
    elsewhere.add(Elsewhere.start(request, next));
  }

  /** Never waits for anything but a run of the handler: it may stand around inline methods. */
  private final class Anything implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      Plan plan = planOf(request);
      plan.pause();
      return switch (plan.around) {
        case PASS -> next.handle(request);
        case PASS_ELSEWHERE -> Elsewhere.handle(request, next);
        case ANSWER_ITSELF -> new Response.Value(new byte[] {'0'});
        case REFUSE -> throw refusal();
        case THROW -> throw new IllegalStateException("by the filter");
        case ERROR -> throw new RpcException("MINE", "by the filter");
        case REFUSE_AFTERWARDS -> {
          next.handle(request);
          throw refusal();
        }
        case THROW_AFTERWARDS -> {
          next.handle(request);
          throw new IllegalStateException("by the filter");
        }
        case ERROR_AFTERWARDS -> {
          next.handle(request);
          throw RpcException.notExecuted("MINE", "by the filter");
        }
        case TWICE -> {
          try {
            next.handle(request);
          } catch (RpcException e) {
            plan.pause();
          }
          yield next.handle(request);
        }
        case TWICE_AT_ONCE -> {
          start(request, next);
          plan.pause();
          yield next.handle(request);
        }
        case START_AND_REFUSE -> {
          start(request, next);
          plan.pause();
          throw refusal();
        }
        case START_AND_ANSWER -> {
          start(request, next);
          plan.pause();
          yield new Response.Value(new byte[] {'0'});
        }
        case JOIN_AND_REFUSE -> {
          join(request, plan);
          throw refusal();
        }
        case JOIN_AND_WAIT -> {
          join(request, plan);
          plan.pause();
          throw new IllegalStateException("nobody ran it");
        }
        case JOIN_AND_PASS -> {
          join(request, plan);
          yield next.handle(request);
        }
      };
    }

    private static void join(Request request, Plan plan) {
      request.mayHaveRun();
      plan.joined = true;
    }

    @Override
    public boolean mayBlock() {
      return false;
    }
  }

  private Object run() throws InterruptedException {
    Plan plan = planOf(Request.current());
    Inside inside = plan.inside.get(Math.min(1, plan.begun.getAndIncrement()));
    plan.pause();
    if (inside == Inside.REFUSE) {
      throw refusal();
    }
    if (inside == Inside.PROMISE) {
      throw RpcException.notExecuted("LOCKED", "by the handler");
    }
    plan.effects.incrementAndGet();
    return switch (inside) {
      case RETURN -> "done";
      case RETURN_NONSENSE -> Double.NaN;
      case HOLD -> {
        plan.release.await();
        yield "held";
      }
      case ERROR -> throw new RpcException("MINE", "by the handler");
      case THROW, REFUSE, PROMISE -> throw new IllegalStateException("by the handler");
    };
  }

  /** Compares what the caller was told with what happened, once nothing happens any more. */
  private static void check(@Nullable Plan plan, @Nullable RpcException e, String text) {
    if (e == null || plan == null) {
      return;
    }
    if (e.executed() == Executed.NO) {
      assertThat(plan.effects).as("%s says no: %s", text, e).hasValue(0);
      assertThat(plan.joined).as("%s says no, and joined: %s", text, e).isFalse();
    }
    if (e.executed() == Executed.YES) {
      assertThat(plan.begun.get()).as("%s says yes: %s", text, e).isPositive();
    }
    if (e.isRemote() && plan.begun.get() == 0 && !plan.joined) {
      assertThat(e.executed()).as("%s never ran: %s", text, e).isEqualTo(Executed.NO);
    }
  }

  private static @Nullable RpcException outcome(CompletableFuture<Object> call) {
    try {
      call.join();
      return null;
    } catch (CompletionException e) {
      if (e.getCause() instanceof RpcException rpc) {
        return rpc;
      }
      throw new AssertionError("thrown: " + e.getCause() + " (expected: an RpcException)", e);
    }
  }

  /** A method on each lane with each effect. */
  private List<Method<Void, Object>> serve(ServerBuilder builder) {
    List<Method<Void, Object>> methods = new ArrayList<>();
    for (Lane lane : InMemory.LANES) {
      for (Effect effect : Effect.values()) {
        String name = lane.getClass().getSimpleName() + "." + effect;
        Method<Void, Object> method =
            Method.<Void, Object>of(name, Void.class, Object.class).effect(effect);
        methods.add(method);
        builder.serve(method, lane, _ -> run());
      }
    }
    return methods;
  }

  /**
   * Moves the clock on until all calls have ended; lets those that hold go somewhere in between.
   */
  @SuppressWarnings("ThreadPriorityCheck") // the calls are what is waited for
  private void pass(Collection<CompletableFuture<Object>> calls, CountDownLatch release, int at) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new));
    for (int step = 0; !all.isDone(); step++) {
      if (step == at) {
        release.countDown();
      }
      for (int i = 0; i < YIELDS_A_STEP && !all.isDone(); i++) {
        Thread.yield();
      }
      memory.clock.advance(Duration.ofMillis(1));
    }
    release.countDown();
  }

  /** Waits for what runs for nobody any more. */
  @SuppressWarnings("ThreadPriorityCheck") // it is waited for
  private void settle(Server server) {
    while (server.stats().inFlight() > 0) {
      Thread.yield();
    }
    for (CompletableFuture<Response> started; (started = elsewhere.poll()) != null; ) {
      var _ = started.exceptionally(_ -> new Response.Value(new byte[] {'0'})).join();
    }
  }

  @Test
  void whatIsSaidNotToHaveRunHasNot() {
    Random random = new Random(SEED);
    ServerBuilder builder = memory.server().filter(new Anything());
    List<Method<Void, Object>> methods = serve(builder);
    Server server = memory.start(builder);
    Client client = memory.clientOf(server);
    Map<Executed, Integer> told = new EnumMap<>(Executed.class);

    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch release = new CountDownLatch(1);
      Map<String, CompletableFuture<Object>> calls = new LinkedHashMap<>();
      for (int i = 0; i < CALLS_A_ROUND; i++) {
        Method<Void, Object> method = methods.get(random.nextInt(methods.size()));
        String key = method.name() + "." + round + "." + i;
        boolean mayHold = !method.name().startsWith("Inline");
        plans.put(key, new Plan(random, release, mayHold));
        CallOptions options =
            CallOptions.timeout(Duration.ofMillis(10 + random.nextInt(20))).withKey(key);
        calls.put(key, client.callAsync(method, null, options));
      }
      pass(calls.values(), release, random.nextInt(30));
      settle(server);
      calls.forEach(
          (key, call) -> {
            Plan plan = plans.get(key);
            RpcException e = outcome(call);
            check(plan, e, "seed " + SEED + ", " + key + ", " + plan);
            if (e != null && e.isRemote()) {
              told.merge(e.executed(), 1, Integer::sum);
            }
          });
    }

    assertThat(told).as("verdicts, seed %s", SEED).containsOnlyKeys(Executed.values());
  }
}

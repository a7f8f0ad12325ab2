package dev.tern.core.client.retry;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Counter;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.link.CancelSource;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call of a READ or IDEMPOTENT method once more beside itself if it takes longer than most,
 * within the budget of retries. The first result counts, and the other call is cancelled; an error
 * counts when no other call is left. See "The Tail at Scale", Dean and Barroso, 2013. A call that
 * is a repetition already is made once: hedges below hedges would multiply.
 */
final class HedgeFilter implements Filter {
  private final Latencies latencies;
  private final BooleanSupplier hasConnection;
  private final RetryBudget budget;
  private final Environment environment;
  private final Timers timers;
  private final Counters counters;

  /**
   * @param atFirst the patience while the percentile is not known; null for no bound
   * @param hasConnection whether calls can leave: to wait for a connection tells nothing of the
   *     server, and a second call would wait for the same one
   */
  HedgeFilter(
      double percentile,
      @Nullable Duration atFirst,
      BooleanSupplier hasConnection,
      RetryBudget budget,
      Environment environment,
      Counters counters) {
    this.latencies = new Latencies(percentile, atFirst == null ? -1 : atFirst.toNanos());
    this.hasConnection = hasConnection;
    this.budget = budget;
    this.environment = environment;
    this.timers = environment.timers();
    this.counters = counters;
  }

  @Override
  public Response filter(Request request, Handler next) {
    Effect effect = request.effect();
    boolean isHarmless = effect == Effect.READ || effect == Effect.IDEMPOTENT;
    if (!isHarmless || Boolean.TRUE.equals(request.meta().get(Meta.REPEATED))) {
      return next.handle(request);
    }
    boolean canLeave = hasConnection.getAsBoolean();
    long began = timers.nanoTime();
    long patience = latencies.nanos();
    Response response =
        patience < 0 ? next.handle(request) : new Race(request, next, canLeave).run(patience);
    if (canLeave) {
      latencies.add(timers.nanoTime() - began);
    }
    return response;
  }

  private record Won(Response response, boolean isHedge) {}

  /** One call and the one beside it. */
  private final class Race {
    private final Request request;
    private final Handler next;
    private final CompletableFuture<Won> winner = new CompletableFuture<>();
    private final AtomicInteger running = new AtomicInteger(1);
    private final AtomicReference<@Nullable RpcException> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable RpcException> hedgeFailure = new AtomicReference<>();
    private volatile long hedgeNanos;
    private final List<CancelSource> tokens = List.of(new CancelSource(), new CancelSource());

    private volatile Timers.@Nullable Scheduled alarm;
    private volatile boolean over;

    /** Whether it could leave when the alarm was set. On the thread that set it. */
    private boolean couldLeave;

    Race(Request request, Handler next, boolean canLeave) {
      this.request = request;
      this.next = next;
      this.couldLeave = canLeave;
    }

    Response run(long patienceNanos) {
      Runnable cancel = () -> tokens.forEach(CancelSource::cancel);
      CancelSource outer = request.cancelToken() instanceof CancelSource source ? source : null;
      if (outer != null) {
        outer.whenCancelled(cancel);
      }
      start(tokens.getFirst(), false);
      setAlarm(patienceNanos);
      boolean hedgeWon = false;
      try {
        Won won = await(cancel);
        hedgeWon = won.isHedge();
        return won.response();
      } finally {
        noteHedge(hedgeWon);
        over = true;
        stopAlarm();
        if (outer != null) {
          outer.remove(cancel);
        }
        cancel.run(); // the loser, if one still runs
      }
    }

    private void setAlarm(long patienceNanos) {
      alarm = timers.schedule(patienceNanos, () -> patienceEnds(patienceNanos));
      if (over) {
        stopAlarm();
      }
    }

    private void stopAlarm() {
      Timers.Scheduled set = alarm;
      if (set != null) {
        set.cancel();
      }
    }

    /** The patience is with the server: it begins once there is a connection. */
    private void patienceEnds(long patienceNanos) {
      boolean canLeave = hasConnection.getAsBoolean();
      boolean hasWaited = couldLeave && canLeave;
      couldLeave = canLeave;
      if (hasWaited) {
        startSecond();
      } else if (!over) {
        setAlarm(patienceNanos);
      }
    }

    private Won await(Runnable cancel) {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return winner.get();
          } catch (InterruptedException e) { // both end as cancelled, and say so
            interrupted = true;
            cancel.run();
          }
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException thrown
            ? thrown
            : new IllegalStateException(e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private void noteHedge(boolean won) {
      History history = ((OutgoingContext) CORE.contextOf(request)).history();
      if (history == null || hedgeNanos == 0) {
        return;
      }
      RpcException failure = hedgeFailure.get();
      long now = timers.nanoTime();
      if (won) {
        history.addHedge(Stats.OK, Executed.YES, hedgeNanos, now, true);
      } else if (failure != null) {
        history.addHedge(failure.code(), failure.executed(), hedgeNanos, now, false);
      } else {
        history.addHedge(ErrorCode.CANCELLED.name(), Executed.MAYBE, hedgeNanos, now, false);
      }
    }

    private void startSecond() {
      if (winner.isDone() || !budget.take(timers.nanoTime())) {
        return;
      }
      for (int now = running.get(); now > 0; now = running.get()) { // at 0 all is over
        if (running.compareAndSet(now, now + 1)) {
          counters.count(Counter.HEDGED);
          hedgeNanos = timers.nanoTime();
          start(tokens.getLast(), true);
          return;
        }
      }
    }

    private void start(CancelSource token, boolean isHedge) {
      Request made = isHedge ? request.withMeta(request.meta().with(Meta.REPEATED, true)) : request;
      Request own = CORE.with(made, CORE.contextOf(made), made.deadlineNanos(), token);
      environment.startVirtual(
          () -> {
            try {
              winner.complete(new Won(next.handle(own), isHedge));
            } catch (RpcException e) {
              if (isHedge) {
                hedgeFailure.set(e);
              }
              failed(e);
            } catch (Throwable e) { // whoever waits must not hang
              winner.completeExceptionally(e);
            }
          });
    }

    /** The error that says more stands: one that may have run before one that has not. */
    private void failed(RpcException e) {
      RpcException worst =
          failure.accumulateAndGet(
              e, (a, b) -> a == null || b.executed().compareTo(a.executed()) > 0 ? b : a);
      if (running.decrementAndGet() == 0) {
        winner.completeExceptionally(worst);
      }
    }
  }

  @Override
  public String toString() {
    return "hedging";
  }
}

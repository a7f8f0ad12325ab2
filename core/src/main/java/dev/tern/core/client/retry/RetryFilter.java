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
import dev.tern.core.access.Durations;
import dev.tern.core.access.Origin;
import dev.tern.core.client.batch.FirstAttempt;
import dev.tern.core.log.LogQueue;
import dev.tern.core.log.LogText;
import dev.tern.core.observe.Counters;
import dev.tern.core.retry.Decision;
import dev.tern.core.retry.Failure;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a call again that has failed, as its {@link RetryPolicy} says, within the budget of all
 * calls. What it throws in the end speaks of the operation: its verdict is the highest of all
 * attempts, and it tells each of them.
 */
final class RetryFilter implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.attempts");

  /** Of an error's details: the connection could not be made, and the user wants no waiting. */
  private static final String CONNECTING = "connecting";

  /** About what a line of the log holds for an attempt until it is written. */
  private static final int ATTEMPT_BYTES = 128;

  private final RetryPolicy policy;
  private final String endpoint;
  private final Environment environment;
  private final Timers timers;
  private final Counters counters;
  private final RetryBudget budget;
  private final Pauses pauses;
  private final long attemptNanos;

  /** Whether the attempts of each call are noted: one that succeeds may have had more than one. */
  private final boolean notesAll;

  /**
   * @param endpoint whom it calls, as HOST:PORT
   */
  RetryFilter(
      RetryPolicy policy,
      RetryBudget budget,
      String endpoint,
      Environment environment,
      Counters counters) {
    this.policy = policy;
    this.endpoint = endpoint;
    this.environment = environment;
    this.timers = environment.timers();
    this.counters = counters;
    this.budget = budget;
    this.pauses = new Pauses(timers);
    Duration each = policy.attemptTimeout();
    this.attemptNanos = each == null ? 0 : Durations.nanos(each);
    this.notesAll = policy.hedgeAt() != null;
  }

  @Override
  public Response filter(Request called, Handler next) {
    if (called.isNotification()) {
      return next.handle(called);
    }
    Request request = prepared(called);
    long now = timers.nanoTime();
    budget.called(now);
    FirstAttempt first = contextOf(request).first();
    long began = first == null ? now : first.began(now);
    History asked = contextOf(request).history();
    if (asked != null) {
      asked.start(began);
    }
    try {
      Response response = next.handle(request);
      OperationState operation = contextOf(request).operation();
      if (operation != null) {
        operation.ended(Executed.YES);
      }
      if (asked != null) {
        asked.add(Stats.OK, Executed.YES, 0, began, timers.nanoTime());
        log(request, asked, Stats.OK, Executed.YES);
      }
      return response;
    } catch (RpcException e) {
      History history = asked == null ? new History(endpoint) : asked;
      history.start(began);
      return new Attempts(request, history).after(e, next, began);
    }
  }

  /** Whether the first attempt at a call has all of its time. */
  boolean leavesFirst() {
    return attemptNanos == 0;
  }

  /** The calls that wait for their next attempt make it now: their client is closed. */
  void close() {
    pauses.close();
  }

  private static OutgoingContext contextOf(Request request) {
    return (OutgoingContext) CORE.contextOf(request);
  }

  /**
   * Whose attempts have a deadline each, once they have a connection (to wait for one is none), and
   * are noted.
   */
  private Request prepared(Request request) {
    OutgoingContext known = contextOf(request);
    boolean isNoted = known.history() != null || !notesAll;
    if (attemptNanos == 0 && isNoted) {
      return request;
    }
    OutgoingContext limited = attemptNanos == 0 ? known : known.withAttempts(attemptNanos);
    OutgoingContext context = isNoted ? limited : limited.withHistory(new History(endpoint));
    return CORE.with(request, context, request.deadlineNanos(), request.cancelToken());
  }

  /** The attempts of one call, once the first has failed. */
  private final class Attempts {
    private final Request request;
    private final History history;
    private final @Nullable OperationState operation;
    private final boolean onlyIfNotRun;
    private final int offset;
    private final TimeSpent spent = new TimeSpent();
    private Executed verdict;
    private boolean greetedAgain;

    Attempts(Request request, History history) {
      this.request = request;
      this.history = history;
      this.operation = contextOf(request).operation();
      this.verdict = operation != null && operation.mayHaveRun() ? Executed.MAYBE : Executed.NO;
      this.onlyIfNotRun = Boolean.TRUE.equals(request.meta().get(Meta.REPEATED));
      Integer said = request.meta().get(Meta.ATTEMPT);
      this.offset = said == null ? 0 : said - 1;
    }

    /** Goes on after the first failure. */
    Response after(RpcException first, Handler next, long firstBegan) {
      RpcException failure = first;
      long began = firstBegan;
      long waited = 0;
      for (int made = 1; ; made++) {
        long now = timers.nanoTime();
        failure = seen(failure);
        spent.add(failure);
        history.add(failure.code(), failure.executed(), waited, began, now);
        waited = waitAfter(failure, made, now);
        pause(waited, failure);
        counters.count(Counter.RETRIED);
        began = timers.nanoTime();
        try {
          Response response = next.handle(another(made));
          history.add(Stats.OK, Executed.YES, waited, began, timers.nanoTime());
          if (operation != null) {
            operation.ended(Executed.YES);
          }
          log(request, history, Stats.OK, Executed.YES);
          return noted(response);
        } catch (RpcException e) {
          failure = e;
        }
      }
    }

    /** For who cannot read the result. */
    private Response noted(Response response) {
      return switch (response) {
        case Response.Value value -> value.withMeta(value.meta().withNote(history));
      };
    }

    /**
     * The request of the next attempt. A server that remembers nothing refuses what has a key and
     * is no first attempt, as nobody can tell what became of the first; as long as that is certain,
     * each attempt is the first.
     */
    private Request another(int made) {
      boolean isKept = operation != null && !operation.isForgotten();
      boolean isFirst = verdict == Executed.NO && !isKept && request.meta().get(Meta.KEY) != null;
      return isFirst
          ? request
          : request.withMeta(request.meta().with(Meta.ATTEMPT, offset + made + 1));
    }

    /**
     * What an attempt says of the operation. That nobody can tell whether an operation ran is a
     * "no" if this was the first attempt that could have.
     */
    private RpcException seen(RpcException e) {
      boolean isStale = e.code().equals(ErrorCode.STALE.name());
      if (isStale && operation != null && !operation.mayHaveRun()) {
        return CORE.withVerdict(e, Executed.NO);
      }
      if (operation != null) {
        operation.ended(e.executed());
      }
      if (e.executed().compareTo(verdict) > 0) {
        verdict = e.executed();
      }
      return e;
    }

    /** How long to wait before the next attempt; throws if there is none. */
    private long waitAfter(RpcException e, int made, long now) {
      boolean isStale = e.code().equals(ErrorCode.STALE.name());
      if (isStale && operation != null && operation.isFree() && !greetedAgain) {
        greetedAgain = true;
        operation.greetAgain();
        return 0;
      }
      if (CONNECTING.equals(e.details().get("stage"))) {
        throw ended(e);
      }
      long left = request.deadlineNanos() - now;
      double chance = environment.random().nextDouble();
      Failure failure = new Failure(e.executed(), e.isTransient(), e.isReplayed(), retryAfter(e));
      return switch (policy.decide(failure, effect(), made, left, onlyIfNotRun, chance)) {
        case Decision.Again(long waitNanos) -> {
          if (!budget.take(now)) {
            counters.count(Counter.NO_RETRY_BUDGET);
            throw ended(e);
          }
          yield waitNanos;
        }
        case Decision.Stop _ -> throw ended(e);
      };
    }

    private Effect effect() {
      Effect effect = request.effect();
      boolean isKept = operation != null && !operation.isForgotten();
      return effect == Effect.ONCE && !isKept ? Effect.UNSAFE : effect;
    }

    private void pause(long nanos, RpcException failure) {
      if (nanos <= 0) {
        return;
      }
      try {
        pauses.pause(nanos, request);
      } catch (TimeoutException _) {
        throw ended(failure);
      } catch (CancellationException _) {
        String message = "cancelled between two attempts; the last one: " + failure.getMessage();
        WireError cancelled = WireError.of(ErrorCode.CANCELLED, message, Executed.NO);
        throw ended(CORE.error(Origin.CLIENT, cancelled, Map.of(), failure));
      }
    }

    /** What the caller gets in the end. */
    private RpcException ended(RpcException e) {
      RpcException last = spent.told(CORE.withVerdict(e, verdict), history.attempts());
      CORE.annotate(last, history.attempts(), operation == null ? null : operation.token());
      log(request, history, last.code(), last.executed());
      return last;
    }
  }

  private void log(Request request, History history, String code, Executed executed) {
    var attempts = history.attempts();
    if (attempts.size() == 1 || !LOG.isInfoEnabled()) {
      return;
    }
    String method = request.method();
    LogQueue.SHARED.add(
        attempts.size() * ATTEMPT_BYTES,
        () ->
            LOG.info(
                "method={} endpoint={} attempts={} code={} executed={} history={}",
                LogText.of(method),
                LogText.of(endpoint),
                attempts.size(),
                LogText.of(code),
                executed.wire(),
                LogText.quoted(
                    attempts.stream()
                        .map(
                            one ->
                                "%s %s waited=%sms began=%sms took=%sms%s"
                                    .formatted(
                                        one.code(),
                                        one.executed().wire(),
                                        one.waited().toMillis(),
                                        one.began().toMillis(),
                                        one.took().toMillis(),
                                        one.isHedge() ? " hedge" : ""))
                        .collect(Collectors.joining("; ")))));
  }

  /** What the server asks for, in milliseconds; -1 for nothing. */
  private static long retryAfter(RpcException e) {
    return switch (e.details().get("retry_after_ms")) {
      case Long millis -> millis;
      case Number millis -> (long) millis.doubleValue(); // the nearest that there is
      case null, default -> -1;
    };
  }

  @Override
  public String toString() {
    return policy.toString();
  }
}

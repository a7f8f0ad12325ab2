package dev.tern.core.server.once;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Counter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.access.Durations;
import dev.tern.core.access.Origin;
import dev.tern.core.access.ServedCall;
import dev.tern.core.binding.MessageBinding;
import dev.tern.core.link.Wait;
import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.core.runtime.IoThread;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.ValueReader;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs an operation once, however often it is asked for: the first attempt runs it, those that come
 * while it runs wait for it, and later ones are told what became of it.
 *
 * <p>The run belongs to the operation, not to the call that began it: it goes on when that call is
 * cancelled, runs out of time or loses its connection.
 */
final class OnceRunner {
  /** While an operation runs in another server, its store is asked as often. */
  private static final long POLL_NANOS = 50_000_000;

  private final Runs runs;
  private final Duration maxRun;
  private final boolean isBestEffort;
  private final MessageBinding.@Nullable Leaf message;

  /**
   * @param isBestEffort whether an operation that cannot be remembered runs all the same
   * @param message knows what params say that are a message; null if the method takes none
   */
  OnceRunner(
      Runs runs, Duration maxRun, boolean isBestEffort, MessageBinding.@Nullable Leaf message) {
    this.runs = runs;
    this.maxRun = maxRun;
    this.isBestEffort = isBestEffort;
    this.message = message;
  }

  /** Runs, joins or remembers the operation of a key. */
  Response once(Request request, String key, int number, Handler next) {
    Operation operation = new Operation(request.caller().name(), request.method(), key);
    ServedCall call = (ServedCall) CORE.contextOf(request);
    ParamsHash params = hash(request, call);
    Meta meta = request.meta();
    Attempt attempt =
        new Attempt(
            operation, params, number, meta.get(Meta.DEDUP), meta.get(Meta.FIRST_MILLIS), maxRun);
    Claim known = runs.store.known(attempt);
    Response toldAtOnce = known == null ? null : told(known, call);
    return toldAtOnce == null ? runOrJoin(attempt, request, call, next) : toldAtOnce;
  }

  private ParamsHash hash(Request request, ServedCall call) {
    Bytes params = CORE.paramsOf(request);
    Encoding encoding = call.encoding();
    MessageBinding.Leaf declared = message;
    if (declared == null || params == null) {
      return ParamsHash.of(params, encoding);
    }
    ValueReader in = encoding.reader(params.joined(), call);
    Bytes content = in.isMessage() ? in.readBytes() : null;
    if (content == null) {
      return ParamsHash.of(params, encoding); // they are refused once they are bound
    }
    try {
      return ParamsHash.ofMessage(
          encoding, digest -> declared.digest(content, in::willMake, digest));
    } catch (RuntimeException e) { // it is no such message, or there is no room for one
      throw call.unbound(e, request);
    }
  }

  private Response runOrJoin(Attempt attempt, Request request, ServedCall call, Handler next) {
    while (true) {
      Response response = joinOrClaim(attempt, request, call, next, false);
      if (response != null) {
        return response;
      }
      waitForAnother(request, call);
    }
  }

  /**
   * Joins a run of this process, or begins one; null if the operation runs in another server.
   *
   * @param isOnLane whether this thread is of the lane, where the user's code may run
   */
  private @Nullable Response joinOrClaim(
      Attempt attempt, Request request, ServedCall call, Handler next, boolean isOnLane) {
    Operation operation = attempt.operation();
    while (true) {
      Run run = new Run(attempt.params(), runs.timers.nanoTime() + Durations.nanos(maxRun));
      Run other = runs.begin(operation, run);
      boolean mayRun = call.runsOperation() || isOnLane;
      if (other == null && mayRun) {
        return claim(attempt, run, request, call, next);
      }
      if (other == null) { // it came to wait, and found nothing to wait for
        // First to the lane, then the claim: what waits there never waits for what waits for it.
        runs.elsewhere(operation, run);
        return call.onLane(() -> joinOrClaim(attempt, request, call, next, true));
      }
      Response joined = join(other, attempt.params(), request, call);
      if (joined != null) {
        return joined;
      }
    }
  }

  private @Nullable Response claim(
      Attempt attempt, Run run, Request request, ServedCall call, Handler next) {
    Operation operation = attempt.operation();
    Claim claim;
    try {
      claim = runs.store.claim(attempt);
    } catch (Throwable e) { // a store that fails before the handler began: nothing has run
      runs.elsewhere(operation, run);
      throw e;
    }
    if (claim instanceof Claim.Mine mine) {
      run.claimed(mine);
      return run(operation, run, request, call, next);
    }
    runs.elsewhere(operation, run);
    if (claim instanceof Claim.Full(long retryAfterMillis)) {
      if (isBestEffort) {
        return next.handle(request);
      }
      throw OnceErrors.full(retryAfterMillis);
    }
    return told(claim, call);
  }

  /** What an attempt is told that runs nothing; null if it has to wait, or there is no room. */
  private @Nullable Response told(Claim claim, ServedCall call) {
    if (claim instanceof Claim.Over(Outcome outcome)) {
      runs.tally.count(Counter.REPLAYED);
      return OnceErrors.replay(outcome, call);
    }
    if (claim == Claim.No.CONFLICT) {
      return OnceErrors.conflict(call);
    }
    if (claim == Claim.No.STALE) {
      return OnceErrors.stale(call);
    }
    return null;
  }

  private Response run(
      Operation operation, Run run, Request request, ServedCall call, Handler next) {
    call.detach();
    Request detached = CORE.with(request, call, run.deadlineNanos, run);
    Response response;
    try {
      response = next.handle(detached);
    } catch (RpcException e) {
      if (!runs.end(operation, run, endOf(e, call))) {
        throw call.concluded(OnceErrors.tooLong(maxRun));
      }
      throw e;
    } catch (Throwable e) { // no code of the user's is below this filter but in its handler
      runs.end(operation, run, new Run.End.Over(Outcome.Silent.FAILED));
      throw e;
    }
    Outcome.Result result =
        switch (response) {
          case Response.Value value -> new Outcome.Result(value.value(), value.encoding());
        };
    if (!runs.end(operation, run, new Run.End.Over(result))) {
      throw call.concluded(OnceErrors.tooLong(maxRun));
    }
    return response;
  }

  /** What an error that came out of the user's code, or before it, says of the operation. */
  private static Run.End endOf(RpcException e, ServedCall call) {
    return switch (call.verdictOf(e)) {
      case NO -> new Run.End.NotRun(call.hasEnded() ? OnceErrors.ownerGone() : e);
      case YES -> new Run.End.Over(new Outcome.Failure(OnceErrors.kept(e, call)));
      case MAYBE -> new Run.End.Over(Outcome.Silent.FAILED);
    };
  }

  /** Waits for a run of this process; null if there was none after all. */
  private @Nullable Response join(Run run, ParamsHash params, Request request, ServedCall call) {
    if (!run.params.equals(params)) {
      if (run.claim() != null) {
        return OnceErrors.conflict(call);
      }
      waitForClaim(run, request, call); // perhaps it is that one which has the wrong params
      return null;
    }
    boolean wasSure = call.join();
    if (IoThread.isCurrent() || !run.admits()) {
      throw OnceErrors.tooManyJoiners();
    }
    Run.End end;
    try {
      end = waitFor(() -> Wait.until(run.end(), request, runs.timers));
    } finally {
      run.leave();
    }
    switch (end) {
      case Run.End.Over(Outcome outcome) -> {
        runs.tally.count(Counter.JOINED);
        return OnceErrors.replay(outcome, call);
      }
      case Run.End.NotRun(RpcException error) -> {
        if (wasSure) {
          call.joined();
        }
        WireError told = CORE.wireOf(error);
        throw call.concluded(CORE.error(Origin.FRAMEWORK, told, error.details(), null));
      }
      case Run.End.Elsewhere _ -> {
        if (wasSure) {
          call.unjoin();
        }
        return null;
      }
    }
  }

  /**
   * Waits until the store has said whether a run has the right params, for an attempt with others.
   * It never looks again and again instead: virtual threads that do leave no processor for the one
   * that they wait for.
   */
  private void waitForClaim(Run run, Request request, ServedCall call) {
    if (IoThread.isCurrent()) {
      call.join(); // its own operation may have run
      throw OnceErrors.tooManyJoiners();
    }
    var _ = waitFor(() -> Wait.until(run.decided(), request, runs.timers));
  }

  /** Waits for a run of another server a little, before its store is asked again. */
  private void waitForAnother(Request request, ServedCall call) {
    call.join();
    if (IoThread.isCurrent()) {
      throw OnceErrors.tooManyJoiners();
    }
    var _ = waitFor(() -> Wait.sleep(POLL_NANOS, request, runs.timers));
  }

  private interface Waiting<T> {
    T get() throws ExecutionException, TimeoutException;
  }

  private static <T> T waitFor(Waiting<T> what) {
    try {
      return what.get();
    } catch (TimeoutException e) {
      throw OnceErrors.notWaitedFor(ErrorCode.TIMEOUT, "the deadline passed");
    } catch (CancellationException e) {
      throw OnceErrors.notWaitedFor(ErrorCode.CANCELLED, "cancelled");
    } catch (ExecutionException e) {
      throw new AssertionError("what is waited for never fails", e);
    }
  }

  /** Whether its store may park a thread. */
  boolean mayBlock() {
    return runs.store.mayBlock();
  }
}

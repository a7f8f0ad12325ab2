package dev.tern.core.server.once;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tern.core.observe.Tally;
import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome.Result;
import dev.tern.core.outcome.Outcome.Silent;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.protocol.Bytes;
import dev.tern.races.HandClock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The run of an operation, and who comes to it at the same time. */
public final class RunRaces {
  private RunRaces() {}

  /** A run of an operation. */
  static class Running {
    static final Operation OPERATION = new Operation("", "run", "0123456789-abcdef");
    private static final ParamsHash PARAMS = new ParamsHash(1, 2, 3, 4, 5);
    private static final Duration MAX_RUN = Duration.ofSeconds(1);
    private static final Result RESULT = new Result(Bytes.of("3".getBytes(US_ASCII)));

    final HandClock clock = new HandClock();
    final MemoryStore store =
        MemoryStore.builder().timers(new HandClock()).window(Duration.ofSeconds(9)).build();
    final Runs runs = new Runs(store, clock, new Tally());

    final Run newRun() {
      return new Run(PARAMS, MAX_RUN.toNanos());
    }

    final Run claimed() {
      Run run = newRun();
      runs.begin(OPERATION, run);
      run.claimed((Claim.Mine) claim());
      return run;
    }

    final Claim claim() {
      return store.claim(new Attempt(OPERATION, PARAMS, 1, null, null, MAX_RUN));
    }

    final boolean succeeds(Run run) {
      return runs.end(OPERATION, run, new Run.End.Over(RESULT));
    }

    static String word(Run.@Nullable End end) {
      return switch (end) {
        case null -> "NOT ENDED";
        case Run.End.Over(Result _) -> "RESULT";
        case Run.End.Over(Silent how) -> how.name();
        case Run.End.Over _ -> "FAILURE";
        case Run.End.NotRun _ -> "NOT RUN";
        case Run.End.Elsewhere _ -> "ELSEWHERE";
      };
    }

    final String known() {
      return claim() instanceof Claim.Over(var outcome) ? word(new Run.End.Over(outcome)) : "OPEN";
    }
  }

  /** It succeeds at the moment at which it is given up: the store and those that wait agree. */
  @JCStressTest
  @Outcome(id = "true, RESULT, RESULT", expect = ACCEPTABLE, desc = "in time")
  @Outcome(id = "false, FAILED, FAILED", expect = ACCEPTABLE, desc = "too late")
  @State
  public static class EndAndGivenUp extends Running {
    private final Run run = claimed();

    /** It succeeds. */
    @Actor
    public void end(LLL_Result r) {
      r.r1 = succeeds(run);
    }

    /** It takes too long. */
    @Actor
    public void giveUp() {
      clock.moveTo(2 * Running.MAX_RUN.toNanos());
    }

    /** What the store knows, and what those that wait are told. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r2 = known();
      r.r3 = word(run.end().getNow(null));
    }
  }

  /** Another attempt comes as it ends: it finds the run and hears its end, or asks the store. */
  @JCStressTest
  @Outcome(id = "true, RESULT, 0", expect = ACCEPTABLE, desc = "found, and heard")
  @Outcome(id = "true, ASKS, 1", expect = ACCEPTABLE, desc = "it came afterwards")
  @State
  public static class EndAndJoin extends Running {
    private final Run run = claimed();
    private final Run other = newRun();
    private @Nullable Run found;

    /** It succeeds. */
    @Actor
    public void end(LLL_Result r) {
      r.r1 = succeeds(run);
    }

    /** Another attempt. */
    @Actor
    public void join() {
      found = runs.begin(OPERATION, other);
    }

    /** What that one is told, and what the store says to it if it asks. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r2 = found == null ? "ASKS" : word(found.end().getNow(null));
      r.r3 = found == null && known().equals("RESULT") ? 1 : 0;
    }
  }

  /** Another attempt comes while the first finds out that the operation is not its to run. */
  @JCStressTest
  @Outcome(id = "FOUND, ELSEWHERE, false", expect = ACCEPTABLE, desc = "it asks again")
  @Outcome(id = "BEGINS, NOT ENDED, false", expect = ACCEPTABLE, desc = "it came afterwards")
  @State
  public static class ElsewhereAndJoin extends Running {
    private final Run run = newRun();
    private final Run other = newRun();
    private @Nullable Run found;

    /** As {@link Running}, with a run that is not claimed yet. */
    public ElsewhereAndJoin() {
      runs.begin(OPERATION, run);
    }

    /** It is not for the first. */
    @Actor
    public void elsewhere() {
      runs.elsewhere(OPERATION, run);
    }

    /** Another attempt. */
    @Actor
    public void join() {
      found = runs.begin(OPERATION, other);
    }

    /** What that one is told, and whether it thinks that it may run. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r1 = found == null ? "BEGINS" : "FOUND";
      r.r2 = word(Objects.requireNonNullElse(found, other).end().getNow(null));
      r.r3 = run.decided().getNow(true);
    }
  }
}

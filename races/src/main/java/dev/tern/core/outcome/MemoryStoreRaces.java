package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tern.protocol.Bytes;
import dev.tern.races.HandClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads and one operation of a {@link MemoryStore}. */
public final class MemoryStoreRaces {
  private MemoryStoreRaces() {}

  /** A store with an operation that many may claim, all saying that it began at 0. */
  static class Store {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Operation OPERATION = new Operation("", "run", "0123456789-abcdef");
    private static final ParamsHash PARAMS = new ParamsHash(1, 2, 3, 4, 5);
    private static final Bytes RESULT = Bytes.of("3".getBytes(US_ASCII));

    final HandClock clock = new HandClock();
    final MemoryStore store;

    Store() {
      this(1_000);
    }

    /**
     * @param entries that it has room for
     */
    Store(int entries) {
      int ofOneWithAName = 4 * entries;
      store = MemoryStore.builder().timers(clock).window(WINDOW).entries(ofOneWithAName).build();
    }

    final Claim claim() {
      return claim(OPERATION);
    }

    final Claim claim(Operation operation) {
      return store.claim(new Attempt(operation, PARAMS, 1, store.dedup(), 0L, WINDOW));
    }

    final Claim.Mine mine() {
      return (Claim.Mine) claim();
    }

    final void complete(Claim.Mine mine) {
      store.complete(mine, new dev.tern.core.outcome.Outcome.Result(RESULT));
    }

    final @Nullable Claim fence() {
      return store.find(OPERATION, store.dedup(), 0L, true);
    }

    final @Nullable Claim look() {
      return store.find(OPERATION, store.dedup(), 0L, false);
    }

    /** Long after the operation's end, and what has expired is forgotten. */
    final void muchLater() {
      clock.moveTo(WINDOW.multipliedBy(3).toNanos());
    }

    static String word(@Nullable Claim claim) {
      return switch (claim) {
        case null -> "UNKNOWN";
        case Claim.Mine _ -> "MINE";
        case Claim.Over(dev.tern.core.outcome.Outcome.Silent how) -> how.name();
        case Claim.Over _ -> "OVER";
        case Claim.Full _ -> "FULL";
        case Claim.No no -> no.name();
      };
    }
  }

  /** Two attempts: one runs it. */
  @JCStressTest
  @Outcome(
      id = {"MINE, RUNNING", "RUNNING, MINE"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @State
  public static class TwoClaims extends Store {
    /** An attempt. */
    @Actor
    public void first(LL_Result r) {
      r.r1 = word(claim());
    }

    /** Another one. */
    @Actor
    public void second(LL_Result r) {
      r.r2 = word(claim());
    }
  }

  /** An attempt while the operation ends. */
  @JCStressTest
  @Outcome(
      id = {"RUNNING, OVER", "OVER, OVER"},
      expect = ACCEPTABLE,
      desc = "before or after")
  @State
  public static class ClaimAndComplete extends Store {
    private final Claim.Mine mine = mine();

    /** The end. */
    @Actor
    public void end() {
      complete(mine);
    }

    /** Another attempt. */
    @Actor
    public void attempt(LL_Result r) {
      r.r1 = word(claim());
    }

    /** What is known then. */
    @Arbiter
    public void then(LL_Result r) {
      r.r2 = word(look());
    }
  }

  /** An attempt while an earlier one turns out to have had no effect. */
  @JCStressTest
  @Outcome(
      id = {"RUNNING, UNKNOWN", "MINE, RUNNING"},
      expect = ACCEPTABLE,
      desc = "before or after")
  @State
  public static class ClaimAndRelease extends Store {
    private final Claim.Mine mine = mine();

    /** It had no effect. */
    @Actor
    public void release() {
      store.release(mine);
    }

    /** Another attempt. */
    @Actor
    public void attempt(LL_Result r) {
      r.r1 = word(claim());
    }

    /** What is known then. */
    @Arbiter
    public void then(LL_Result r) {
      r.r2 = word(look());
    }
  }

  /** An attempt that is held up while another one begins, ends and is forgotten. */
  @JCStressTest
  @Outcome(
      id = {"MINE, RUNNING", "MINE, OVER", "MINE, STALE", "RUNNING, MINE"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @State
  public static class ClaimAndWholeLife extends Store {
    /** A whole life. */
    @Actor
    public void life(LL_Result r) {
      Claim claim = claim();
      r.r1 = word(claim);
      if (claim instanceof Claim.Mine mine) {
        complete(mine);
        muchLater();
      }
    }

    /** Another attempt. */
    @Actor
    public void attempt(LL_Result r) {
      r.r2 = word(claim());
    }
  }

  /** An attempt while what has become of the operation is forgotten. */
  @JCStressTest
  @Outcome(
      id = {"OVER, 0", "STALE, 0"},
      expect = ACCEPTABLE,
      desc = "before or after; it never runs again")
  @State
  public static class ClaimAndExpiry extends Store {
    /** As {@link Store}, with an operation that is over. */
    public ClaimAndExpiry() {
      complete(mine());
    }

    /** It expires. */
    @Actor
    public void expire() {
      muchLater();
    }

    /** Another attempt. */
    @Actor
    public void attempt(LL_Result r) {
      r.r1 = word(claim());
    }

    /** How much is left. */
    @Arbiter
    public void then(LL_Result r) {
      muchLater();
      r.r2 = store.size();
    }
  }

  /** Somebody makes sure that it never runs, while it begins. */
  @JCStressTest
  @Outcome(
      id = {"MINE, RUNNING, RUNNING", "FENCED, FENCED, FENCED"},
      expect = ACCEPTABLE,
      desc = "it runs, or it never does")
  @State
  public static class ClaimAndFence extends Store {
    /** An attempt. */
    @Actor
    public void attempt(LLL_Result r) {
      r.r1 = word(claim());
    }

    /** The fence. */
    @Actor
    public void build(LLL_Result r) {
      r.r2 = word(fence());
    }

    /** What is known then. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r3 = word(look());
    }
  }

  /** Two operations, and room for one. */
  @JCStressTest
  @Outcome(
      id = {"MINE, FULL, 1", "FULL, MINE, 1"},
      expect = ACCEPTABLE,
      desc = "one of them")
  @State
  public static class LastPlace extends Store {
    /** As {@link Store}, with one place. */
    public LastPlace() {
      super(1);
    }

    private static Operation other(int number) {
      return new Operation("", "run", "another-operation-" + number);
    }

    /** One. */
    @Actor
    public void first(LLL_Result r) {
      r.r1 = word(claim(other(1)));
    }

    /** Another one. */
    @Actor
    public void second(LLL_Result r) {
      r.r2 = word(claim(other(2)));
    }

    /** How many there are. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r3 = store.size();
    }
  }

  /** A caller comes back while what is kept for it ends, as there is nothing in it. */
  @JCStressTest
  @Outcome(id = "MINE, RUNNING, 1", expect = ACCEPTABLE, desc = "it is counted")
  @State
  public static class ClaimAndRetire extends Store {
    /** As {@link Store}, with a caller who has nothing left. */
    public ClaimAndRetire() {
      store.release(mine());
    }

    /** What is kept for callers without anything ends. */
    @Actor
    public void sweep() {
      clock.moveTo(1);
    }

    /** The caller comes back. */
    @Actor
    public void attempt(LLL_Result r) {
      r.r1 = word(claim());
    }

    /** What is known then. */
    @Arbiter
    public void then(LLL_Result r) {
      r.r2 = word(look());
      r.r3 = store.callers();
    }
  }
}

package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.outcome.Claim.Full;
import dev.tern.core.outcome.Claim.Mine;
import dev.tern.core.outcome.Claim.No;
import dev.tern.core.outcome.Claim.Over;
import dev.tern.core.outcome.Outcome.Failure;
import dev.tern.core.outcome.Outcome.Result;
import dev.tern.core.outcome.Outcome.Silent;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import dev.tern.testkit.ManualTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryStoreTest {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration EXTRA = Duration.ofSeconds(1);
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final ParamsHash PARAMS = ParamsHash.of(null);
  private static final ParamsHash OTHERS = ParamsHash.of(Bytes.of("[1]".getBytes(UTF_8)));
  private static final Result RESULT = new Result(Bytes.of("42".getBytes(UTF_8)));

  private final ManualTimers clock = new ManualTimers();
  private final MemoryStore store = builder().build();

  private MemoryStore.Builder builder() {
    return MemoryStore.builder().timers(clock).window(WINDOW);
  }

  private static Operation operation(String caller, String key) {
    return new Operation(caller, "m", key);
  }

  private static Operation operation(String key) {
    return operation("ann", key);
  }

  private static Attempt attempt(
      Operation operation, int number, @Nullable String dedup, @Nullable Long first) {
    return new Attempt(operation, PARAMS, number, dedup, first, LEASE);
  }

  /** A first attempt that says nothing of a store. */
  private static Attempt first(String key) {
    return attempt(operation(key), 1, null, null);
  }

  private static Attempt first(String caller, String key) {
    return attempt(operation(caller, key), 1, null, null);
  }

  /** An attempt as Tern's client makes it now. */
  private static Attempt fresh(MemoryStore at, String key) {
    return attempt(operation(key), 1, at.dedup(), at.nowMillis());
  }

  private static Mine mine(Claim claim) {
    assertThat(claim).isInstanceOf(Mine.class);
    return (Mine) claim;
  }

  private void done(MemoryStore at, Attempt attempt) {
    at.complete(mine(at.claim(attempt)), RESULT);
  }

  private static Result result(int length) {
    return new Result(Bytes.of(new byte[length]));
  }

  // --- one operation ---

  @Test
  void theFirstAttemptRunsIt() {
    assertThat(store.claim(first("k"))).isInstanceOf(Mine.class);
  }

  @Test
  void theNextOneHearsThatItRuns() {
    store.claim(first("k"));

    assertThat(store.claim(first("k"))).isEqualTo(No.RUNNING);
  }

  @Test
  void andThenWhatBecameOfIt() {
    done(store, first("k"));

    assertThat(store.claim(first("k"))).isEqualTo(new Over(RESULT));
  }

  @Test
  void whatEverItSaysOfItsStoreOnceTheOperationIsKnown() {
    done(store, first("k"));

    assertThat(store.claim(attempt(operation("k"), 7, "another", 99_999_999L)))
        .isEqualTo(new Over(RESULT));
  }

  @ParameterizedTest
  @CsvSource({"FAILED", "NOT_KEPT"})
  void anEndWithoutAnAnswer(Silent how) {
    store.complete(mine(store.claim(first("k"))), how);

    assertThat(store.claim(first("k"))).isEqualTo(new Over(how));
  }

  @Test
  void anErrorOfTheApplicationWithItsDetails() {
    WireError error =
        new WireError("LOCKED", -32000, "why", "{\"a\":1}".getBytes(UTF_8), Executed.YES);
    store.complete(mine(store.claim(first("k"))), new Failure(error));

    assertThat(store.claim(first("k"))).isEqualTo(new Over(new Failure(error)));
  }

  @Test
  void whatIsReleasedMayRunAgain() {
    store.release(mine(store.claim(first("k"))));

    assertThat(store.claim(first("k"))).isInstanceOf(Mine.class);
  }

  @Test
  void otherParamsAreAConflictWhileItRuns() {
    store.claim(first("k"));

    assertThat(store.claim(new Attempt(operation("k"), OTHERS, 1, null, null, LEASE)))
        .isEqualTo(No.CONFLICT);
  }

  @Test
  void otherParamsAreAConflictWhenItIsOver() {
    done(store, first("k"));

    assertThat(store.claim(new Attempt(operation("k"), OTHERS, 2, null, null, LEASE)))
        .isEqualTo(No.CONFLICT);
  }

  @ParameterizedTest
  @CsvSource({"bob, m, k", "'', m, k", "ann, n, k", "ann, m, l", "ann, m, K"})
  void anotherCallerMethodOrKeyIsAnotherOperation(String caller, String method, String key) {
    store.claim(first("k"));

    assertThat(store.claim(attempt(new Operation(caller, method, key), 1, null, null)))
        .isInstanceOf(Mine.class);
  }

  @Test
  void theResultIsKeptApartFromItsFrame() {
    byte[] frame = new byte[1_000];
    store.complete(mine(store.claim(first("k"))), new Result(Bytes.of(frame, 10, 20)));

    assertThat(store.claim(first("k")))
        .isInstanceOfSatisfying(
            Over.class,
            over -> assertThat(((Result) over.outcome()).encoded().array()).hasSize(10));
  }

  @Test
  void aResultInSeveralArrays() {
    Bytes row = Bytes.inARow(List.of(Bytes.of(new byte[] {'1'}), Bytes.of(new byte[] {'2'})));
    store.complete(mine(store.claim(first("k"))), new Result(row));

    assertThat(store.claim(first("k")).toString()).contains("encoded=12");
  }

  // --- what is new ---

  @Test
  void aLaterAttemptThatSaysNothingIsStale() {
    assertThat(store.claim(attempt(operation("k"), 2, null, null))).isEqualTo(No.STALE);
  }

  @Test
  void aLaterAttemptThatIsProvablyNewRuns() {
    assertThat(store.claim(attempt(operation("k"), 5, store.dedup(), 0L))).isInstanceOf(Mine.class);
  }

  @Test
  void anAttemptOfAnotherStoreIsStale() {
    assertThat(store.claim(attempt(operation("k"), 1, "another", 0L))).isEqualTo(No.STALE);
  }

  @Test
  void oneOfTheTwoAloneIsStale() {
    assertThat(store.claim(attempt(operation("k"), 1, store.dedup(), null))).isEqualTo(No.STALE);
    assertThat(store.claim(attempt(operation("k"), 1, null, 0L))).isEqualTo(No.STALE);
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 0, true",
    "10001, 0, false",
    "0, 500, true",
    "0, 501, false",
    "20000, 10000, true",
    "20000, 9999, false",
    "20000, 20500, true",
    "20000, 20501, false",
    "0, 9223372036854775807, false"
  })
  void withinTheWindowAndNotTooFarAhead(long now, long firstMillis, boolean isNew) {
    clock.advance(Duration.ofMillis(now));

    Claim claim = store.claim(attempt(operation("k"), 1, store.dedup(), firstMillis));

    assertThat(claim instanceof Mine).isEqualTo(isNew);
    assertThat(claim == No.STALE).isEqualTo(!isNew);
  }

  @Test
  void whatIsStaleWritesNothing() {
    store.claim(attempt(operation("k"), 2, null, null));

    assertThat(store.size()).isZero();
    assertThat(clock.pending()).isZero();
  }

  @Test
  void storesDifferAndTheirClocksBeginAtZero() {
    clock.advance(Duration.ofSeconds(7));
    MemoryStore later = builder().build();

    assertThat(later.dedup()).isNotEqualTo(store.dedup()).matches("[!-~]{1,256}");
    assertThat(later.nowMillis()).isZero();
    assertThat(store.nowMillis()).isEqualTo(7_000);
  }

  /** The thread is held up between its look at the clock and its claim. */
  @Test
  void aClaimThatWasHeldUpForLongerThanTheWindowIsStale() {
    SteppingTimers held = new SteppingTimers();
    MemoryStore slow = MemoryStore.builder().timers(held).window(WINDOW).build();
    for (int reading = 1; reading < 12; reading++) {
      String key = "k" + reading;
      Attempt attempt = attempt(operation(key), 1, slow.dedup(), slow.nowMillis());
      held.jumpAfter(reading, WINDOW.plus(EXTRA).plusSeconds(5));
      Claim claim = slow.claim(attempt);
      if (held.jumped()) {
        assertThat(claim).as("jump after reading " + reading).isEqualTo(No.STALE);
      } else {
        assertThat(claim).isInstanceOf(Mine.class);
        return;
      }
    }
    throw new AssertionError("each claim read the clock a dozen times");
  }

  /**
   * A fence that is held up while the operation runs and is forgotten is stale, as an attempt is.
   */
  @Test
  void aFenceThatWasHeldUpForLongerThanTheWindowIsStale() {
    SteppingTimers held = new SteppingTimers();
    MemoryStore slow = MemoryStore.builder().timers(held).window(WINDOW).build();
    long firstMillis = slow.nowMillis();
    held.jumpAfter(1, WINDOW.plus(EXTRA).plusSeconds(5));

    assertThat(slow.find(operation("k"), slow.dedup(), firstMillis, true)).isEqualTo(No.STALE);
    assertThat(slow.size()).isZero();
  }

  /** A clock that jumps once, after so many readings. */
  private static final class SteppingTimers implements Timers {
    private long now;
    private long jump;
    private int readings = -1;

    void jumpAfter(int others, Duration by) {
      readings = others;
      jump = by.toNanos();
    }

    boolean jumped() {
      return readings < 0;
    }

    @Override
    public long nanoTime() {
      if (readings == 0) {
        now += jump;
      }
      readings -= readings >= 0 ? 1 : 0;
      return now;
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
      return () -> {};
    }
  }

  // --- forgetting ---

  @Test
  void anOutcomeIsKeptForTheWindowAndTheExtraAfterItsEnd() {
    done(store, first("k"));

    clock.advance(WINDOW.plus(EXTRA).minus(MILLI));
    assertThat(store.claim(attempt(operation("k"), 2, null, null))).isEqualTo(new Over(RESULT));
    clock.advance(MILLI);
    assertThat(store.size()).isZero();
    assertThat(store.claim(attempt(operation("k"), 2, null, null))).isEqualTo(No.STALE);
  }

  @Test
  void itIsForgottenAtMostASecondLate() {
    store.claim(first("other"));
    clock.advance(Duration.ofMillis(999));
    done(store, first("k"));

    clock.advance(WINDOW.plus(EXTRA).minus(MILLI));
    assertThat(store.size()).isEqualTo(2);
    clock.advance(Duration.ofMillis(1_001));
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void theTimeOfTheRunDoesNotCount() {
    Mine running = mine(store.claim(first("k")));
    clock.advance(WINDOW.multipliedBy(10));
    store.complete(running, RESULT);
    clock.advance(WINDOW.plus(EXTRA).minus(MILLI));

    assertThat(store.claim(first("k"))).isEqualTo(new Over(RESULT));
  }

  @Test
  void whatRunsIsNeverForgotten() {
    store.claim(first("k"));
    clock.advance(Duration.ofHours(3));

    assertThat(store.claim(first("k"))).isEqualTo(No.RUNNING);
  }

  @ParameterizedTest
  @CsvSource({"1, 1000", "5000, 1000", "20000, 2000", "600000, 60000", "36000000, 60000"})
  void theExtraIsATenthWithinBounds(long windowMillis, long extraMillis) {
    MemoryStore other = builder().window(Duration.ofMillis(windowMillis)).build();

    assertThat(other.extra()).isEqualTo(Duration.ofMillis(extraMillis));
  }

  @Test
  void aFullStoreIsForgottenInBoundedSteps() {
    for (int i = 0; i < 1_000; i++) {
      done(store, first("caller" + i % 100, "k" + i));
    }
    clock.advance(WINDOW.plus(EXTRA).minus(MILLI));
    List<Integer> sizes = new ArrayList<>(List.of(store.size()));
    clock.schedule(MILLI.toNanos(), () -> lookBetweenSteps(sizes));
    clock.advance(MILLI);

    assertThat(store.size()).isZero();
    for (int i = 1; i < sizes.size(); i++) {
      assertThat(sizes.get(i - 1) - sizes.get(i)).as("%s", sizes).isLessThanOrEqualTo(256);
    }
  }

  /** Tasks that are due at one instant run in the order in which they were scheduled. */
  private void lookBetweenSteps(List<Integer> sizes) {
    sizes.add(store.size());
    if (sizes.getLast() > 0) {
      clock.schedule(0, () -> lookBetweenSteps(sizes));
    }
  }

  @Test
  void anIdleStoreHasNoTaskAtTheClock() {
    done(store, first("k"));
    clock.advance(WINDOW.plus(EXTRA).plusSeconds(2));

    assertThat(clock.pending()).isZero();
  }

  // --- quotas ---

  @Test
  void aCallerWithTooManyOperationsIsRefusedUntilOneExpires() {
    MemoryStore small = builder().entries(4).build();
    done(small, first("k1"));
    clock.advance(Duration.ofMillis(1_500));
    for (String key : List.of("k2", "k3", "k4")) {
      done(small, first(key));
    }

    assertThat(small.claim(first("k5"))).isEqualTo(new Full(9_500));
    clock.advance(Duration.ofMillis(9_499));
    assertThat(small.claim(first("k5"))).isEqualTo(new Full(1));
    clock.advance(MILLI);
    assertThat(small.claim(first("k5"))).isInstanceOf(Mine.class);
  }

  @Test
  void nothingIsEvicted() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 10; i++) {
      if (small.claim(first("k" + i)) instanceof Mine mine) {
        small.complete(mine, RESULT);
      }
    }

    for (int i = 0; i < 4; i++) {
      assertThat(small.claim(first("k" + i))).isEqualTo(new Over(RESULT));
    }
  }

  @Test
  void thoseThatRunCount() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 4; i++) {
      mine(small.claim(first("k" + i)));
    }

    assertThat(small.claim(first("k5"))).isInstanceOf(Full.class);
  }

  @Test
  void whatIsReleasedMakesRoom() {
    MemoryStore small = builder().entries(4).build();
    List<Mine> running = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      running.add(mine(small.claim(first("k" + i))));
    }
    small.release(running.getFirst());

    assertThat(small.claim(first("k5"))).isInstanceOf(Mine.class);
  }

  @Test
  void othersAreUnharmed() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 4; i++) {
      done(small, first("bob", "k" + i));
    }

    assertThat(small.claim(first("bob", "k5"))).isInstanceOf(Full.class);
    assertThat(small.claim(first("ann", "k5"))).isInstanceOf(Mine.class);
  }

  @Test
  void allCallersTogetherHaveTwiceWhatOneMay() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 8; i++) {
      done(small, first("caller" + i, "k"));
    }

    assertThat(small.claim(first("ann", "k")))
        .isInstanceOfSatisfying(
            Full.class, full -> assertThat(full.retryAfterMillis()).isBetween(1L, 1_000L));
  }

  @Test
  void whenAllIsFullOnesOwnNextExpiryIsNotTheAnswer() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 7; i++) {
      done(small, first("caller" + i, "k"));
    }
    clock.advance(Duration.ofSeconds(5));
    done(small, first("ann", "k"));

    assertThat(small.claim(first("ann", "k2")))
        .isInstanceOfSatisfying(
            Full.class, full -> assertThat(full.retryAfterMillis()).isLessThanOrEqualTo(6_000));
  }

  @Test
  void callersWithoutANameHaveAQuarter() {
    MemoryStore small = builder().entries(8).build();
    done(small, first("", "k1"));
    done(small, first("", "k2"));

    assertThat(small.claim(first("", "k3"))).isInstanceOf(Full.class);
    assertThat(small.claim(first("ann", "k3"))).isInstanceOf(Mine.class);
  }

  @Test
  void andAQuarterOfTheBytes() {
    MemoryStore small = builder().bytes(40_000).build();
    small.complete(mine(small.claim(first("", "k1"))), result(9_700 - MemoryEntry.OVERHEAD_BYTES));

    assertThat(small.claim(first("", "k2"))).isEqualTo(new Full(11_000));
    assertThat(small.claim(first("ann", "k2"))).isInstanceOf(Mine.class);
  }

  /** Whoever has no room keeps what he had, and gets the time until it expires. */
  @Test
  void fencesOfCallersWithoutANameHaveAQuarterToo() {
    MemoryStore small = builder().entries(8).build();
    Operation third = operation("", "k3");
    small.find(operation("", "k1"), small.dedup(), 0L, true);
    done(small, first("", "k2"));

    assertThat(small.find(third, small.dedup(), 0L, true)).isEqualTo(new Full(11_000));
    assertThat(small.find(operation("", "k1"), null, null, false))
        .isEqualTo(new Over(Silent.FENCED));
  }

  @Test
  void bytesCount() {
    MemoryStore small = builder().bytes(10_000).build();
    small.complete(mine(small.claim(first("k1"))), result(9_700 - MemoryEntry.OVERHEAD_BYTES));

    assertThat(small.claim(first("k2"))).isEqualTo(new Full(11_000));
  }

  @Test
  void theBytesOfAKeyCount() {
    MemoryStore small = builder().bytes(10_000).build();
    int claimed = 0;
    while (claimed < 100 && small.claim(first("中".repeat(40) + claimed)) instanceof Mine) {
      claimed++;
    }

    assertThat(claimed).isEqualTo(10_000 / (MemoryEntry.OVERHEAD_BYTES + 82));
  }

  @Test
  void theBytesOfAnErrorCount() {
    MemoryStore small = builder().bytes(10_000).build();
    byte[] details = ("{\"a\":\"" + "x".repeat(9_000) + "\"}").getBytes(UTF_8);
    WireError error = new WireError("LOCKED", -32000, "why", details, Executed.YES);
    small.complete(mine(small.claim(first("k1"))), new Failure(error));

    assertThat(small.claim(first("k2")))
        .isInstanceOfSatisfying(Mine.class, second -> small.complete(second, new Failure(error)));
    assertThat(small.claim(first("k1"))).isEqualTo(new Over(new Failure(error)));
    assertThat(small.claim(first("k2")))
        .isInstanceOfSatisfying(
            Over.class,
            over ->
                assertThat(((Failure) over.outcome()).error())
                    .returns("LOCKED", WireError::code)
                    .returns(null, WireError::details));
  }

  @Test
  void bytesComeBack() {
    MemoryStore small = builder().bytes(10_000).build();
    for (int round = 0; round < 50; round++) {
      small.complete(mine(small.claim(first("k" + round))), result(9_000));
      clock.advance(WINDOW.plus(EXTRA));
    }

    assertThat(small.size()).isZero();
  }

  @Test
  void aResultThatDoesNotFitIsNotKept() {
    MemoryStore small = builder().bytes(10_000).build();
    small.complete(mine(small.claim(first("k"))), result(10_000));

    assertThat(small.claim(first("k"))).isEqualTo(new Over(Silent.NOT_KEPT));
  }

  @ParameterizedTest
  @CsvSource({"100, true", "101, false"})
  void aResultOverItsLimitIsNotKept(int length, boolean isKept) {
    MemoryStore small = builder().resultBytes(100).build();
    small.complete(mine(small.claim(first("k"))), result(length));

    assertThat(small.claim(first("k")).equals(new Over(Silent.NOT_KEPT))).isEqualTo(!isKept);
  }

  @Test
  void callersThatComeAndGoLeaveNothing() {
    for (int i = 0; i < 500; i++) {
      done(store, first("caller" + i, "k"));
    }
    clock.advance(WINDOW.plus(EXTRA).plusSeconds(2));

    assertThat(store.callers()).isZero();
  }

  @Test
  void aCallerThatIsRefusedLeavesNothing() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 100; i++) {
      small.claim(first("caller" + i, "k"));
    }
    clock.advance(Duration.ofSeconds(2));

    assertThat(small.callers()).isEqualTo(8);
  }

  @Test
  void aCallerThatComesBackHasItsQuotaAgain() {
    MemoryStore small = builder().entries(4).build();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 4; i++) {
        done(small, first("k" + i + " " + round));
      }
      assertThat(small.claim(first("one more"))).isInstanceOf(Full.class);
      clock.advance(WINDOW.plus(EXTRA).plusSeconds(1));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 2 + 1})
  void asManyAsTheUserLikes(long quota) {
    MemoryStore large = builder().entries(quota).bytes(quota).build();

    assertThat(large.claim(first("k"))).isInstanceOf(Mine.class);
  }

  // --- asked for ---

  @Test
  void askedWhileItRunsAndAfterwards() {
    Mine running = mine(store.claim(first("k")));
    assertThat(store.find(operation("k"), null, null, false)).isEqualTo(No.RUNNING);

    store.complete(running, RESULT);
    assertThat(store.find(operation("k"), null, null, false)).isEqualTo(new Over(RESULT));
  }

  @Test
  void askedForWhatItHasNeverHeardOf() {
    assertThat(store.find(operation("k"), store.dedup(), 0L, false)).isNull();
    assertThat(store.find(operation("k"), null, null, false)).isEqualTo(No.STALE);
    assertThat(store.find(operation("k"), store.dedup(), null, false)).isEqualTo(No.STALE);
    assertThat(store.find(operation("k"), "another", 0L, false)).isEqualTo(No.STALE);
    assertThat(store.size()).isZero();
  }

  @Test
  void fencedItNeverRuns() {
    assertThat(store.find(operation("k"), store.dedup(), 0L, true))
        .isEqualTo(new Over(Silent.FENCED));

    assertThat(store.claim(fresh(store, "k"))).isEqualTo(new Over(Silent.FENCED));
    assertThat(store.find(operation("k"), null, null, false)).isEqualTo(new Over(Silent.FENCED));
  }

  @Test
  void aFenceIsForWhateverParams() {
    store.find(operation("k"), store.dedup(), 0L, true);

    assertThat(store.claim(new Attempt(operation("k"), OTHERS, 1, null, null, LEASE)))
        .isEqualTo(new Over(Silent.FENCED));
  }

  @Test
  void aFenceComesTooLate() {
    Mine running = mine(store.claim(first("k")));
    assertThat(store.find(operation("k"), store.dedup(), 0L, true)).isEqualTo(No.RUNNING);

    store.complete(running, RESULT);
    assertThat(store.find(operation("k"), store.dedup(), 0L, true)).isEqualTo(new Over(RESULT));
  }

  @Test
  void aFenceWhereItMayHaveRunIsStale() {
    assertThat(store.find(operation("k"), null, null, true)).isEqualTo(No.STALE);
    clock.advance(WINDOW.plus(MILLI));
    assertThat(store.find(operation("k"), store.dedup(), 0L, true)).isEqualTo(No.STALE);
  }

  @Test
  void fencesCountAndExpire() {
    MemoryStore small = builder().entries(4).build();
    for (int i = 0; i < 4; i++) {
      small.find(operation("k" + i), small.dedup(), 0L, true);
    }

    assertThat(small.find(operation("k5"), small.dedup(), 0L, true)).isEqualTo(new Full(11_000));
    assertThat(small.claim(first("k5"))).isEqualTo(new Full(11_000));
    clock.advance(WINDOW.plus(EXTRA));
    assertThat(small.size()).isZero();
  }

  // --- a cache ---

  @Test
  void aCacheForgetsTheOldest() {
    MemoryStore cache = builder().entries(4).evicting().build();
    for (int i = 0; i < 6; i++) {
      done(cache, first("k" + i));
    }

    assertThat(cache.claim(first("k2"))).isEqualTo(new Over(RESULT));
    assertThat(cache.claim(first("k1"))).isInstanceOf(Mine.class);
  }

  @Test
  void aCacheTakesWhateverItDoesNotKnowForNew() {
    MemoryStore cache = builder().evicting().build();

    assertThat(cache.claim(attempt(operation("k"), 9, "another", 77L))).isInstanceOf(Mine.class);
  }

  @Test
  void aCacheForgetsAfterItsTime() {
    MemoryStore cache = builder().evicting().build();
    done(cache, first("k"));
    clock.advance(WINDOW);

    assertThat(cache.size()).isZero();
  }

  @Test
  void aCacheOfOne() {
    MemoryStore cache = builder().entries(1).evicting().build();
    done(cache, first("k1"));
    done(cache, first("k2"));

    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void aCacheMakesRoomForAResult() {
    MemoryStore cache = builder().bytes(10_000).evicting().build();
    for (int i = 0; i < 5; i++) {
      cache.complete(mine(cache.claim(first("k" + i))), result(6_000));
    }

    assertThat(cache.claim(first("k4")))
        .isInstanceOfSatisfying(
            Over.class, over -> assertThat(over.outcome()).isInstanceOf(Result.class));
  }

  // --- the end ---

  @Test
  void aClosedStoreHasForgottenAndKnowsIt() {
    Attempt attempt = fresh(store, "k");
    done(store, attempt);
    store.close();
    store.close();

    assertThat(store.size()).isZero();
    assertThat(store.claim(attempt)).isEqualTo(No.STALE);
    assertThat(store.find(operation("k"), store.dedup(), 0L, false)).isEqualTo(No.STALE);
  }

  @Test
  void whatRunsWhenItIsClosedEndsInPeace() {
    Mine running = mine(store.claim(first("k")));
    store.close();
    store.complete(running, RESULT);

    assertThat(store.size()).isZero();
  }

  @Test
  void aClosedStoreLeavesTheClock() {
    done(store, first("k"));
    store.close();
    clock.advance(Duration.ofSeconds(2));

    assertThat(clock.pending()).isZero();
  }

  @Test
  void refusesWhatIsNoStore() {
    MemoryStore.Builder builder = MemoryStore.builder();

    assertThatIllegalArgumentException().isThrownBy(() -> builder.window(Duration.ofNanos(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.bytes(4_095));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.resultBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.entries(3).build());
    assertThatIllegalArgumentException().isThrownBy(() -> builder.entries(0).evicting().build());
  }

  // --- what it takes ---

  @Test
  void whatAnOperationTakesIsAsMuchAsIsCounted() {
    int operations = 100_000;
    String[] keys = new String[operations];
    for (int i = 0; i < operations; i++) {
      keys[i] = "key-%032d".formatted(i);
    }
    MemoryStore large = builder().bytes(1L << 30).build();
    long before = usedBytes();
    for (String key : keys) {
      // As a server does: the key is a string of its own, the result bytes of its own.
      Operation operation = new Operation("ann", "m", new String(key.getBytes(UTF_8), UTF_8));
      Bytes encoded = Bytes.of(new byte[] {'4', '2', '4', '2', '4', '2', '4', '2'});
      large.complete(mine(large.claim(attempt(operation, 1, null, null))), new Result(encoded));
    }
    long each = (usedBytes() - before) / operations - keys[0].length() - 8;

    assertThat(large.size()).isEqualTo(operations);
    assertThat(each).isLessThanOrEqualTo(400);
    assertThat(MemoryEntry.OVERHEAD_BYTES)
        .as("measured: %d bytes", each)
        .isBetween((int) each, (int) (each * 3 / 2));
    assertThat(keys).hasSize(operations); // they live until here
  }

  /** Of the heap, after what is garbage has gone. */
  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}

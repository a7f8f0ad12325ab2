package dev.tern.bench.lab.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Jitter;
import dev.tern.bench.lab.trial.Load;
import dev.tern.bench.lab.trial.Operation;
import dev.tern.bench.lab.trial.Series;
import dev.tern.bench.lab.trial.Service;
import dev.tern.bench.lab.trial.Setting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Which words follow from which figures. */
class AnswersTest {

  @Test
  void ofLossTheFewestAttemptsThatAreEnoughAreNamed() {
    Map<Integer, Integer> succeeded = Map.of(1, 700, 3, 992, 6, 999);
    assertThat(
            Made.answer(
                "drop",
                setting ->
                    Made.figures(succeeded.get(setting.plan().attempts()), 310, 1_390, 1_200, 0)))
        .startsWith(
            "At 30 % loss 1 attempt succeeds in 70.0 % of the calls, 3 attempts in 99.2 %, 6"
                + " attempts in 99.9 %. 3 attempts cost 1.39 attempts a call, and the server gets"
                + " 1.20 calls")
        .contains("p99 of 310 ms");
  }

  @Test
  void ofDelayWhatIsAnsweredInTimeAndWhatNeverIsAreCompared() {
    Map<Integer, Integer> succeeded = Map.of(5, 999, 50, 998, 90, 900, 120, 0);
    assertThat(
            Made.answer(
                "delay",
                setting ->
                    Made.figures(
                        succeeded.get(setting.service().delayMillis()),
                        200,
                        2_900,
                        setting.service().delayMillis() > 100 ? 2_850 : 1_050,
                        0)))
        .startsWith(
            "Of a server that takes 5 ms, 3 attempts get 99.9 % of the calls answered, for 1.05 calls"
                + " that reach it each. Of one that takes 120 ms, 0 %, as no attempt waits longer"
                + " than 100 ms; and it works 2.85 times for each call.");
  }

  private static Figures backoff(Setting setting, boolean shortWaitsOutlast) {
    int base = setting.plan().baseMillis();
    boolean isLossy = setting.drop() > 0;
    boolean outlasts = shortWaitsOutlast || base >= 200;
    return isLossy ? Made.figures(998, 300 + base) : Made.figures(outlasts ? 1_000 : 20, base);
  }

  @Test
  void ofWaitsTheLeastTailWinsAtLossAndALongerOneWhereTroublePasses() {
    assertThat(Made.answer("backoff", setting -> backoff(setting, false)))
        .startsWith(
            "At 30 % loss base 10 ms, factor 1, jitter full does best: 99.8 % succeed, p50 155 ms,"
                + " p99 310 ms, against a p99 of 500 ms with base 200 ms, factor 1, jitter full.")
        .contains(
            "short waits win",
            "the same waits outlast it in 2.0 % of the calls, base 200 ms, factor 1, jitter full in"
                + " 100 %");
  }

  @Test
  void ofWaitsThatDoBestInBothThatIsSaid() {
    assertThat(Made.answer("backoff", setting -> backoff(setting, true)))
        .endsWith(
            "The same waits also do best with a server that is down for 300 ms: 100 % succeed.");
  }

  @Test
  void aShortTailOfFewCallsIsNotTheBest() {
    List<Cell> cells = new ArrayList<>();
    Setting any = Made.study("backoff").settings(Size.QUICK).getFirst();
    cells.add(new Cell(any, Made.figures(900, 100)));
    cells.add(new Cell(any, Made.figures(996, 320)));
    cells.add(new Cell(any, Made.figures(1_000, 400)));
    assertThat(BackoffStudy.best(cells)).isSameAs(cells.get(1));
  }

  private static Figures retries(int most) {
    return Made.series(new Series(10, List.of(0, 0), List.of(3, most), List.of(0, 0)));
  }

  @Test
  void ofJitterThePeaksAreCompared() {
    Map<Jitter, Integer> most = Map.of(Jitter.NONE, 200, Jitter.HALF, 30, Jitter.FULL, 16);
    assertThat(Made.answer("jitter", setting -> retries(most.get(setting.plan().jitter()))))
        .contains("up to 200 come back within the same 10 ms without jitter, 30 with half")
        .endsWith("The server's peak is 12.50 times lower.");
    assertThat(Made.answer("jitter", _ -> retries(20))).endsWith("Here jitter made no difference.");
  }

  @Test
  void ofABudgetGainAndPriceAreSaid() {
    Function<Setting, Figures> figures =
        setting ->
            setting.plan().budget() == null
                ? Made.figures(970, 300, 1_950, 1_400, 0)
                : Made.figures(setting.drop() > 0.2 ? 620 : 998, 300, 1_210, 900, 0);
    assertThat(Made.answer("budget", figures))
        .startsWith(
            "At 50 % loss 1.95 attempts a call go out without a budget, 1.21 with the default one,"
                + " and 62.0 % of the calls succeed instead of 97.0 %.")
        .contains("the budget is enough: 99.8 % succeed");
  }

  /** Of 7.5 s, which hang from 1.5 to 3: so many attempts in 100 ms, and good from some bin on. */
  private static Figures storm(int attempts, int goodFrom) {
    List<Integer> good = new ArrayList<>(Collections.nCopies(75, 0));
    Collections.fill(good.subList(0, 15), 25);
    if (goodFrom < 75) {
      Collections.fill(good.subList(goodFrom, 75), 25);
    }
    List<Integer> all = Collections.nCopies(75, attempts);
    return Made.series(new Series(100, all, all, good));
  }

  @Test
  void aStormThatDoesNotEndIsNamed() {
    Map<String, Figures> figures =
        Map.of(
            "no retries", storm(25, 30),
            "no budget", storm(148, 75),
            "budget", storm(31, 32),
            "short queue", storm(100, 30));
    assertThat(Made.answer("storm", setting -> figures.get(setting.label())))
        .startsWith(
            "250 calls a second become 1,480 attempts a second while the server hangs, without a"
                + " budget; with one, 310. Without a budget the storm feeds itself: 4.5 s after")
        .contains("With the budget calls succeed again after 0.2 s.")
        .endsWith(
            "Without retries at all: at once; without a budget, but with a short queue that refuses: at once.");
  }

  @Test
  void aStormThatEndsIsNoStormThatDoesNot() {
    Map<String, Figures> figures = new HashMap<>();
    for (String label : List.of("no retries", "budget", "short queue")) {
      figures.put(label, storm(25, 75));
    }
    figures.put("no budget", storm(148, 42));
    assertThat(Made.answer("storm", setting -> figures.get(setting.label())))
        .contains(
            "Without a budget calls succeed again after 1.2 s.",
            "With the budget it has not recovered within the run either.")
        .doesNotContain("feeds itself");
  }

  /**
   * Of 6 s, of which it refuses from 1.5 to 3: so many attempts in 100 ms, and good from then on.
   */
  private static Figures outage(int attempts, int goodFrom) {
    List<Integer> good = new ArrayList<>(Collections.nCopies(60, 0));
    Collections.fill(good.subList(0, 15), 10);
    Collections.fill(good.subList(goodFrom, 60), 10);
    List<Integer> all = Collections.nCopies(60, attempts);
    return Made.series(new Series(100, all, all, good));
  }

  @Test
  void whatTheDefaultsAddToAnOutageIsCounted() {
    Map<String, Figures> figures =
        Map.of(
            "no retries", outage(10, 30),
            "no budget", outage(30, 32),
            "defaults", outage(14, 30));
    assertThat(Made.answer("outage", setting -> figures.get(setting.label())))
        .startsWith("In 1.5 s in which all of 100 calls a second fail, the defaults make 1.33")
        .contains("Without a budget there are 3.00.")
        .endsWith(
            "with the defaults at once, without a budget after 0.2 s, without retries at once.");
  }

  private static Figures hedged(Setting setting, double p99, long attempts) {
    return setting.plan().hedgeAt() == null
        ? Made.figures(1_000, 105, 1_000, 1_000, 0)
        : Made.figures(1_000, p99 * setting.plan().hedgeAt(), attempts, attempts, 0);
  }

  @Test
  void aHedgeThatHelpsIsToldWithItsPrice() {
    assertThat(Made.answer("hedging", setting -> hedged(setting, 20, 1_060)))
        .startsWith("With hedging at 90 % the p99 is 18.0 ms instead of 105 ms")
        .endsWith("The price is 1.06 calls at the server for each that is wanted.");
  }

  @Test
  void aHedgeThatWasNeverSentDidNothingWhateverTheTimes() {
    assertThat(Made.answer("hedging", setting -> hedged(setting, 20, 1_000)))
        .startsWith("Hardly a hedge was sent in this run")
        .contains("p99 105 ms without");
  }

  @Test
  void aHedgeThatWasSentInVainIsSaid() {
    assertThat(Made.answer("hedging", setting -> hedged(setting, 115, 1_060)))
        .startsWith("Hedging made no difference to the p99 here");
  }

  private static Figures once(Setting setting, long counted) {
    if (setting.operation() == Operation.GET) {
      return Made.figures(999, 300, 1_430, 1_190, 0);
    }
    if (setting.operation() == Operation.INC_ONCE) {
      return Made.figures(998, 300, 1_430, 1_000, counted);
    }
    boolean isRetried = setting.plan().attempts() > 1;
    return isRetried
        ? Made.figures(999, 300, 1_430, 1_190, 1_190)
        : Made.figures(700, 100, 1_000, 837, 837);
  }

  @Test
  void whatWasCountedIsHeldAgainstWhatWasWanted() {
    assertThat(Made.answer("once", setting -> once(setting, 1_000)))
        .startsWith("1,000 calls of get ran 1,190 times, and nobody can tell")
        .contains(
            "the clients know of 700 of 1,000, the server counted 837",
            "inc with plain retries counted 1,190, 190 too many")
        .endsWith("counted 1,000: exactly what was wanted.");
  }

  @Test
  void anOperationThatNeverCameIsNoneThatCameTwice() {
    assertThat(Made.answer("once", setting -> once(setting, 999)))
        .endsWith("counted 999: none twice, and 1 never got through.");
  }

  @Test
  void aPromiseThatIsBrokenIsSaidLoudly() {
    assertThat(Made.answer("once", setting -> once(setting, 1_001)))
        .endsWith("counted 1,001, which is WRONG (expected: from 998 to 1,000).");
    assertThat(Made.answer("once", setting -> once(setting, 997)))
        .endsWith("counted 997, which is WRONG (expected: from 998 to 1,000).");
  }

  @Test
  void ofReplaysTheWorkThatIsSavedIsSaid() {
    Function<Setting, Figures> figures =
        setting ->
            setting.operation() == Operation.INC_ONCE
                ? Made.figures(999, 260, 1_430, 1_000, 1_000)
                : Made.figures(
                    setting.service().delayMillis() > 100 ? 0 : 999, 300, 1_430, 1_250, 0);
    assertThat(Made.answer("replays", figures))
        .contains(
            "the server does the work 1.25 times a call, with replays 1.00 times: 20.0 % of it is"
                + " saved",
            "succeeds in 0 % of the plain calls", "in 99.9 % of the once-only ones, p50 130 ms");
  }

  @Test
  void ofOverloadTheHighestLoadIsTold() {
    Function<Setting, Figures> figures =
        setting -> {
          boolean isOver = ((Load.Open) setting.load()).perSecond() > 400;
          boolean isBounded = setting.service().queue() < Service.ENDLESS;
          return !isOver
              ? Made.refused(1_000, 0, 12)
              : isBounded ? Made.refused(520, 480, 33) : Made.refused(1_000, 0, 1_480);
        };
    assertThat(Made.answer("overload", figures))
        .startsWith(
            "At 200 % of what the server can do, the bounded queue serves 260 calls a second with a"
                + " p99 of 33.0 ms, and refuses 48.0 % of the calls at once, not executed. The"
                + " endless queue refuses none, serves 500 a second")
        .contains("p99 1,480 ms, p50 740 ms");
  }

  /** So many calls that succeed in each tenth of a second. */
  private static Figures steady(int each, int bins) {
    List<Integer> succeeded = Collections.nCopies(bins, each);
    return Made.series(new Series(100, succeeded, Collections.nCopies(bins, 0), succeeded));
  }

  @Test
  void ofCapacityWhatIsKeptIsToldForEachKind() {
    Function<Setting, Figures> figures =
        setting -> {
          boolean isWorst = setting.label().contains("1000 %");
          int kept =
              setting.label().startsWith("no") ? 4 : setting.label().startsWith("f") ? 76 : 72;
          return steady(isWorst ? kept : 80, 30);
        };
    assertThat(Made.answer("capacity", figures))
        .startsWith(
            "With a fixed limit 0.95 of its best, with an adaptive one 0.90, without a limit 0.05:")
        .endsWith(
            "a p99 of 2.00 ms under ten times the load, and 99 of 100 refusals are told within 4.00 ms.");
  }

  @Test
  void ofRecoveryTheSecondsAreCountedFromTheEndOfTheTrouble() {
    int part = Size.QUICK.millis() / 100;
    Function<Setting, Figures> figures =
        setting -> {
          List<Integer> succeeded = new ArrayList<>(Collections.nCopies(part, 64));
          succeeded.addAll(Collections.nCopies(part, 0));
          int late =
              setting.label().startsWith("no") ? 2 * part : setting.label().startsWith("f") ? 0 : 5;
          succeeded.addAll(Collections.nCopies(late, 0));
          succeeded.addAll(Collections.nCopies(2 * part - late, 64));
          return Made.series(
              new Series(100, succeeded, Collections.nCopies(4 * part, 0), succeeded));
        };
    assertThat(Made.answer("recovery", figures))
        .isEqualTo(
            "After 1.5 s of ten times the load, in which nothing was finished, calls succeed again:"
                + " no limit: not within the run; fixed limit: at once; adaptive limit: after 0.5 s.");
  }

  @Test
  void ofFairnessTheQuietOneIsToldOf() {
    Function<Setting, Figures> figures =
        setting ->
            setting.label().equals("alone")
                ? Made.figures(1_000, 11)
                : setting.label().contains("no shares")
                    ? Made.refused(120, 880, 20)
                    : Made.refused(1_000, 0, 14);
    assertThat(Made.answer("fairness", figures))
        .isEqualTo(
            "Without shares 12.0 % of the quiet one's calls succeed; with them 100 %, with a p99 of"
                + " 14.0 ms instead of the 11.0 ms that it has alone.");
  }

  @Test
  void ofDeadlinesTheWorstIsNamedAndWhatBeganTooLate() {
    assertThat(
            Made.answer(
                "deadlines",
                setting ->
                    setting.drop() > 0
                        ? Made.late(1_000, 203.4, 0)
                        : Made.late(500, 199, setting.service().threads() > 0 ? 2 : 0)))
        .isEqualTo(
            "999 of 1,000 calls that run out of time are told so within this time of their deadline:"
                + " a handler that sleeps: 0.0 ms; a network that loses all: 3.4 ms; a long queue: 0.0 ms."
                + " For 2 of them the user's code began afterwards.");
  }
}

package dev.tern.bench.lab.trial;

/** How calls come. */
public sealed interface Load {
  /** So many callers, each of which waits for its call before it makes the next one. */
  record Closed(int callers, int calls) implements Load {}

  /** Calls by the clock, whatever becomes of those before. */
  record Open(int perSecond, int millis) implements Load {
    @Override
    public int calls() {
      return Math.max(1, Math.toIntExact((long) perSecond * millis / 1_000));
    }
  }

  /**
   * Calls by the clock, of which many more come for a while.
   *
   * @param factor how many times as many
   */
  record Surge(int perSecond, int factor, int fromMillis, int untilMillis, int millis)
      implements Load {
    @Override
    public int calls() {
      long during = (long) untilMillis - fromMillis;
      return Math.toIntExact(perSecond * (millis - during + factor * during) / 1_000);
    }
  }

  /** How many calls there are. */
  int calls();
}

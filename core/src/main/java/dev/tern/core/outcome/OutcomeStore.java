package dev.tern.core.outcome;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which operations run, and what became of those that are over, for a while after their
 * end. Servers that share a store share its operations. Thread-safe.
 *
 * <p>A store never forgets an operation too early, and says so when it has forgotten one. For that
 * it trusts no other clock than its own. An attempt at an operation that the store does not know is
 * new only if its {@link Attempt#dedup} is this store's and its {@link Attempt#firstMillis} lies
 * within the window, and no more than half of the {@linkplain #extra extra} ahead of the store's
 * clock. An attempt that says neither is new if it is the first. Any other is {@link
 * Claim.No#STALE}. That is looked at in the same step that claims, or after it.
 */
public interface OutcomeStore extends AutoCloseable {
  /** Says which store it is; another one after everything was forgotten. Visible ASCII. */
  String dedup();

  /** How long after its beginning an operation may be tried again. */
  Duration window();

  /** Its clock, which never goes back; 0 or more. */
  long nowMillis();

  /** Whether it may park a thread. Methods on the INLINE lane are refused under such a store. */
  boolean mayBlock();

  /**
   * How much longer than the window an outcome is kept after the operation's end: a tenth of the
   * window, but at least a second and at most a minute.
   */
  default Duration extra() {
    return extraOf(window());
  }

  /** See {@link #extra}. */
  static Duration extraOf(Duration window) {
    Duration tenth = window.dividedBy(10);
    Duration least = Duration.ofSeconds(1);
    Duration most = Duration.ofMinutes(1);
    return tenth.compareTo(least) < 0 ? least : tenth.compareTo(most) > 0 ? most : tenth;
  }

  /**
   * What {@link #claim} would say, if the store knows that at once and it is none that runs the
   * operation or waits for it: {@link Claim.Over}, {@link Claim.No#CONFLICT} or {@link
   * Claim.No#STALE}. Null else, and of a store that would have to ask another machine. Never
   * blocks.
   */
  default @Nullable Claim known(Attempt attempt) {
    return null;
  }

  /** Claims an operation for whoever asks, or says why not. */
  Claim claim(Attempt attempt);

  /**
   * An operation is over.
   *
   * @param claim what {@link #claim} gave; once
   */
  void complete(Claim.Mine claim, Outcome outcome);

  /**
   * An operation has certainly had no effect: it is forgotten at once, and may be tried again.
   *
   * @param claim what {@link #claim} gave; once
   */
  void release(Claim.Mine claim);

  /**
   * What became of an operation.
   *
   * @param dedup see {@link Attempt#dedup}
   * @param firstMillis see {@link Attempt#firstMillis}
   * @param fence whether an operation that is not known shall never run: it is kept as {@link
   *     Outcome.Silent#FENCED} then
   * @return {@link Claim.Over}, {@link Claim.No#RUNNING}, {@link Claim.No#STALE} if it may be
   *     forgotten, {@link Claim.Full} if there is no room for a fence; null if it is not known, and
   *     an attempt that says this would be new
   */
  @Nullable Claim find(
      Operation operation, @Nullable String dedup, @Nullable Long firstMillis, boolean fence);

  /** Forgets everything. Idempotent. */
  @Override
  void close();
}

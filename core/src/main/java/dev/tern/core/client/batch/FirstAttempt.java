package dev.tern.core.client.batch;

import dev.tern.core.Response;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the first attempt at a call of a batch leaves with the others. Either it has been made before
 * the call, all of them at once; or it waits for the others at the connection. Thread-safe.
 */
public final class FirstAttempt {
  private final AtomicBoolean taken = new AtomicBoolean();
  private final @Nullable Gathering gathering;
  private final @Nullable Supplier<Response> made;
  private final boolean hasSucceeded;
  private final long madeNanos;

  private FirstAttempt(
      @Nullable Gathering gathering,
      @Nullable Supplier<Response> made,
      boolean hasSucceeded,
      long madeNanos) {
    this.gathering = gathering;
    this.made = made;
    this.hasSucceeded = hasSucceeded;
    this.madeNanos = madeNanos;
  }

  /** One that waits for the others there. */
  public static FirstAttempt in(Gathering gathering) {
    return new FirstAttempt(gathering, null, false, 0);
  }

  /**
   * One that has been made.
   *
   * @param outcome what it has come to: a response, or what it throws
   * @param hasSucceeded whether that is a response
   * @param atNanos when it left
   */
  public static FirstAttempt made(Supplier<Response> outcome, boolean hasSucceeded, long atNanos) {
    return new FirstAttempt(null, outcome, hasSucceeded, atNanos);
  }

  /**
   * Whether it has been made and has brought a response: to run its call then waits for nothing.
   */
  public boolean hasSucceeded() {
    return hasSucceeded;
  }

  /**
   * What it has come to, for the first who asks; null for others, and if it is still to be made.
   */
  public @Nullable Supplier<Response> takeMade() {
    return made != null && taken.compareAndSet(false, true) ? made : null;
  }

  /** When it left, if it has been made; else that instant. */
  public long began(long now) {
    return made == null ? now : madeNanos;
  }

  /**
   * Takes the place among the others.
   *
   * @return null if there was an attempt before: this one leaves alone
   */
  public @Nullable Gathering take() {
    return gathering != null && taken.compareAndSet(false, true) ? gathering : null;
  }

  /** The call does not leave with the others, unless it has taken its place. */
  public void leave() {
    Gathering left = take();
    if (left != null) {
      left.leave();
    }
  }

  /** Whether an attempt may still take the place. */
  public boolean isFree() {
    return gathering != null && !taken.get();
  }
}

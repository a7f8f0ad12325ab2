package dev.tern.core.spare;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to write or to hash a value, kept for whoever comes next: it would be garbage after
 * each call. What is taken belongs to one thread until it is given back; what failed is not. For
 * many threads.
 */
public final class Spares<T> {
  private static final int PLACES = 16;

  /** In each place one that nobody uses, or null. */
  private final AtomicReferenceArray<@Nullable T> kept = new AtomicReferenceArray<>(PLACES);

  /** None to spare yet. */
  public Spares() {}

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }

  /** One for this thread; null if there is none to spare. */
  public @Nullable T take() {
    return kept.getAndSet(place(), null);
  }

  public void giveBack(T spare) {
    kept.setRelease(place(), spare);
  }
}

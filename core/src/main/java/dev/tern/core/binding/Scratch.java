package dev.tern.core.binding;

import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonWriter;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A cursor and a writer that calls use one after the other. A few of them lie in a pool: thread
 * locals would give each virtual thread its own. Whoever finds its place empty makes a new one, so
 * taking never waits.
 */
final class Scratch {
  private static final byte[] NOTHING = {};

  /** A power of two, a few times the number of threads that can run at once. */
  private static final int PLACES =
      Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4;

  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(PLACES);

  final JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
  final JsonWriter writer = new JsonWriter();

  private Scratch() {}

  static Scratch take() {
    Scratch found = POOL.getAndSet(place(), null);
    return found == null ? new Scratch() : found;
  }

  void giveBack() {
    // A text must not live as long as the pool does.
    cursor.reset(NOTHING, 0, 0);
    writer.reset();
    POOL.set(place(), this);
  }

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }
}

package dev.tern.core.tls;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Room for what becomes a record, and for the record: 33 KiB, which would be garbage after each
 * reply. So a few are kept for whoever comes next. One belongs to one thread at a time.
 */
final class Scratch {
  /** The most that a record carries. */
  static final int PLAIN_BYTES = 16 << 10;

  /** A record is that and up to 2 KiB besides. */
  private static final int RECORD_BYTES = PLAIN_BYTES + (2 << 10);

  private static final int PLACES = 16;

  /** In each place one that nobody uses, or null. */
  private static final AtomicReferenceArray<@Nullable Scratch> KEPT =
      new AtomicReferenceArray<>(PLACES);

  final byte[] plain = new byte[PLAIN_BYTES];
  final byte[] sealed = new byte[RECORD_BYTES];

  private Scratch() {}

  private static int place() {
    return (int) Thread.currentThread().threadId() & (PLACES - 1);
  }

  /** One for this thread, to be given back. */
  static Scratch take() {
    Scratch kept = KEPT.getAndSet(place(), null);
    return kept == null ? new Scratch() : kept;
  }

  void giveBack() {
    KEPT.set(place(), this);
  }
}

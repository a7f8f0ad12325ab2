package dev.tern.core.outcome;

import java.util.concurrent.atomic.AtomicLong;

/** How many entries and bytes there may be, and are. Thread-safe. */
final class Room {
  /** Stands for a number of entries: so far below 0 that no attempt to enter lifts it to 1. */
  private static final long RETIRED = Long.MIN_VALUE / 2;

  private final long maxEntries;
  private final long maxBytes;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  Room(long maxEntries, long maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** Takes room for one more entry; false if there is none. */
  boolean take(int entryBytes) {
    long count = entries.incrementAndGet();
    if (count <= 0 || count > maxEntries) {
      entries.decrementAndGet();
      return false;
    }
    if (takeBytes(entryBytes)) {
      return true;
    }
    entries.decrementAndGet();
    return false;
  }

  /** Takes room for more of an entry that is there; false if there is none. */
  boolean takeBytes(int more) {
    if (bytes.addAndGet(more) > maxBytes) {
      bytes.addAndGet(-more);
      return false;
    }
    return true;
  }

  /** Whether one more would have room. */
  boolean hasRoom(int entryBytes) {
    return entries.get() < maxEntries && bytes.get() + entryBytes <= maxBytes;
  }

  void giveBackBytes(int less) {
    bytes.addAndGet(-less);
  }

  void giveBack(int entryBytes) {
    entries.decrementAndGet();
    bytes.addAndGet(-entryBytes);
  }

  /** Lets nothing in any more, if nothing is in; whether that is so now. */
  boolean retire() {
    return entries.compareAndSet(0, RETIRED);
  }

  /** Whether it lets nothing in any more. */
  boolean isRetired() {
    return entries.get() < 0;
  }
}

package dev.tern.core.outcome;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one caller has in a {@link MemoryStore}, with what of it expires next. Thread-safe. */
final class Account {
  private final Room own;
  private final Room all;
  private final ReentrantLock lock = new ReentrantLock();

  /** All live equally long after their end, so that they expire in this order. Under the lock. */
  private final ArrayDeque<MemoryEntry> expiring = new ArrayDeque<>();

  Account(Room own, Room all) {
    this.own = own;
    this.all = all;
  }

  /** Takes room for one more operation; false if there is none. */
  boolean take(int bytes) {
    if (!own.take(bytes)) {
      return false;
    }
    if (all.take(bytes)) {
      return true;
    }
    own.giveBack(bytes);
    return false;
  }

  /** Whether it is not its own quota that leaves no room for one more operation. */
  boolean hasRoomOfItsOwn(int bytes) {
    return own.hasRoom(bytes);
  }

  /** Takes room for a result; false if there is none. */
  boolean takeBytes(int bytes) {
    if (!own.takeBytes(bytes)) {
      return false;
    }
    if (all.takeBytes(bytes)) {
      return true;
    }
    own.giveBackBytes(bytes);
    return false;
  }

  void giveBack(int bytes) {
    own.giveBack(bytes);
    all.giveBack(bytes);
  }

  void addExpiring(MemoryEntry entry) {
    lock.lock();
    try {
      expiring.addLast(entry);
    } finally {
      lock.unlock();
    }
  }

  void dropExpiring(MemoryEntry entry) {
    lock.lock();
    try {
      expiring.removeLastOccurrence(entry);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes out what has expired.
   *
   * @param most no more than so many
   * @param forget told of each, under the lock
   * @return how many that were
   */
  int removeExpired(long now, int most, Consumer<MemoryEntry> forget) {
    int gone = 0;
    lock.lock();
    try {
      for (; gone < most; gone++) {
        MemoryEntry oldest = expiring.peekFirst();
        if (oldest == null || oldest.expiresMillis() > now) {
          break;
        }
        forget.accept(expiring.removeFirst());
      }
    } finally {
      lock.unlock();
    }
    return gone;
  }

  /** Takes out the one that would expire next; null if nothing has ended. */
  @Nullable MemoryEntry removeOldest() {
    lock.lock();
    try {
      return expiring.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /**
   * When the next one expires.
   *
   * @param otherwise if all of them run
   */
  long nextExpiry(long otherwise) {
    lock.lock();
    try {
      MemoryEntry oldest = expiring.peekFirst();
      return oldest == null ? otherwise : oldest.expiresMillis();
    } finally {
      lock.unlock();
    }
  }

  /** Ends it, if it has nothing: a caller that comes back gets another one. */
  boolean retire() {
    return own.retire();
  }

  boolean isRetired() {
    return own.isRetired();
  }
}

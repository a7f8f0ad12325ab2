package dev.tern.protocol.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which call's deadline passes first. A binary heap whose entries know their place, so that a call
 * that ends, as nearly all do, leaves at once instead of lingering until its deadline. Adding
 * deadlines in rising order, the usual case, costs one comparison.
 */
final class DeadlineHeap<T extends DeadlineHeap.Entry> {

  /** Something with a deadline, in at most one heap. */
  abstract static class Entry {
    private final long deadlineNanos;
    private int place = -1;

    Entry(long deadlineNanos) {
      this.deadlineNanos = deadlineNanos;
    }

    /** The instant at which the deadline passes, on the clock that the session is told. */
    public final long deadlineNanos() {
      return deadlineNanos;
    }
  }

  private static final @Nullable Entry[] EMPTY = {};

  private @Nullable Entry[] entries = EMPTY;
  private int size;

  /** The next deadline, or {@link Long#MAX_VALUE} if there is none. */
  long next() {
    return size == 0 ? Long.MAX_VALUE : at(0).deadlineNanos;
  }

  void add(T entry) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(8, size * 2));
    }
    up(size++, entry);
  }

  /** Takes an entry out; nothing happens if it is not in. */
  void remove(T entry) {
    int place = ((Entry) entry).place;
    if (place < 0) {
      return;
    }
    ((Entry) entry).place = -1;
    Entry last = entries[--size];
    entries[size] = null;
    if (place < size && last != null) {
      if (place > 0 && earlier(last, at((place - 1) >>> 1))) {
        up(place, last);
      } else {
        down(place, last);
      }
    }
    if (size == 0 && entries.length > 1024) {
      entries = EMPTY; // a burst has passed; an idle connection holds no memory
    }
  }

  /** Takes out the entry whose deadline is the earliest, if that has come. */
  @SuppressWarnings("unchecked") // only T go in
  @Nullable T poll(long nowNanos) {
    if (size == 0 || at(0).deadlineNanos - nowNanos > 0) {
      return null;
    }
    T due = (T) at(0);
    remove(due);
    return due;
  }

  private void up(int place, Entry entry) {
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!earlier(entry, at(parent))) {
        break;
      }
      put(place, at(parent));
      place = parent;
    }
    put(place, entry);
  }

  private void down(int place, Entry entry) {
    int firstLeaf = size >>> 1;
    while (place < firstLeaf) {
      int child = 2 * place + 1;
      if (child + 1 < size && earlier(at(child + 1), at(child))) {
        child++;
      }
      if (!earlier(at(child), entry)) {
        break;
      }
      put(place, at(child));
      place = child;
    }
    put(place, entry);
  }

  @SuppressWarnings("NullAway") // below size no slot is empty
  private Entry at(int place) {
    return entries[place];
  }

  private void put(int place, Entry entry) {
    entries[place] = entry;
    entry.place = place;
  }

  private static boolean earlier(Entry a, Entry b) {
    return a.deadlineNanos - b.deadlineNanos < 0;
  }
}

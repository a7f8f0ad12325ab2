package dev.tern.protocol.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a connection that wait for a reply, by number. Open addressing with linear probing:
 * no boxed key and no entry object a call. Not thread-safe.
 */
final class PendingTable {
  private static final int FIRST_CAPACITY = 16;

  /** 2^64 divided by the golden ratio: multiples of it fall far apart (Knuth, TAOCP 3, 6.4). */
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private @Nullable ClientCall[] slots = new ClientCall[FIRST_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  void put(ClientCall call) {
    if (2 * (size + 1) > slots.length) {
      @Nullable ClientCall[] old = slots;
      slots = new ClientCall[old.length * 2];
      for (ClientCall moved : old) {
        if (moved != null) {
          slots[freeSlot(moved.sequence())] = moved;
        }
      }
    }
    slots[freeSlot(call.sequence())] = call;
    size++;
  }

  /** Takes a call out; null if there is none of that number. */
  @Nullable ClientCall remove(long sequence) {
    int mask = slots.length - 1;
    int at = home(sequence, mask);
    for (ClientCall call; (call = slots[at]) != null; at = (at + 1) & mask) {
      if (call.sequence() == sequence) {
        close(at, mask);
        size--;
        return call;
      }
    }
    return null;
  }

  /** Shows all, in no order; nothing may be put or removed meanwhile. */
  void forEach(Consumer<ClientCall> to) {
    for (ClientCall call : slots) {
      if (call != null) {
        to.accept(call);
      }
    }
  }

  /** Takes all out. */
  void drain(Consumer<ClientCall> to) {
    @Nullable ClientCall[] old = slots;
    slots = new ClientCall[FIRST_CAPACITY];
    size = 0;
    for (ClientCall call : old) {
      if (call != null) {
        to.accept(call);
      }
    }
  }

  /** Moves later entries of the same run into the gap, so that no search stops short of them. */
  private void close(int gap, int mask) {
    int at = gap;
    while (true) {
      at = (at + 1) & mask;
      ClientCall call = slots[at];
      if (call == null) {
        break;
      }
      int distanceFromHome = (at - home(call.sequence(), mask)) & mask;
      if (distanceFromHome >= ((at - gap) & mask)) {
        slots[gap] = call;
        gap = at;
      }
    }
    slots[gap] = null;
  }

  private int freeSlot(long sequence) {
    int mask = slots.length - 1;
    int at = home(sequence, mask);
    while (slots[at] != null) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /**
   * Spreads the numbers, which are given in order: side by side they would form one long run, and
   * each removal would walk it to its end.
   */
  private static int home(long sequence, int mask) {
    return (int) ((sequence * GOLDEN_RATIO) >>> Integer.SIZE) & mask;
  }
}

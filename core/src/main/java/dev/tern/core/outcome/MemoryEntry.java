package dev.tern.core.outcome;

import org.jspecify.annotations.Nullable;

/** An operation in a {@link MemoryStore}, as long as it runs and for a while after its end. */
final class MemoryEntry implements Claim.Mine {
  /**
   * What an operation takes beside its key and its result: this object, what it refers to, and its
   * places in the map and the queue. Measured by {@code MemoryStoreTest}.
   */
  static final int OVERHEAD_BYTES = 320;

  private final Operation operation;

  /** Null for a fence. */
  private final @Nullable ParamsHash params;

  private final Account account;
  private int bytes;
  private long expiresMillis;

  /** Null as long as it runs. Written last: whoever reads it may read the rest. */
  private volatile @Nullable Outcome outcome;

  MemoryEntry(Operation operation, @Nullable ParamsHash params, Account account) {
    this.operation = operation;
    this.params = params;
    this.account = account;
    this.bytes = bytesOf(operation);
  }

  /** What is reserved for an operation whose outcome is not known yet. */
  static int bytesOf(Operation operation) {
    String key = operation.key();
    int bytes = key.length(); // in the heap: one for each character, or two for each
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) > 0xFF) {
        return OVERHEAD_BYTES + 2 * bytes;
      }
    }
    return OVERHEAD_BYTES + bytes;
  }

  Operation operation() {
    return operation;
  }

  Account account() {
    return account;
  }

  int bytes() {
    return bytes;
  }

  long expiresMillis() {
    return expiresMillis;
  }

  /** It has a result of so many bytes. Before {@link #end}. */
  void addBytes(int more) {
    bytes += more;
  }

  void end(Outcome how, long expires) {
    expiresMillis = expires;
    outcome = how;
  }

  /** What it says to another attempt. */
  Claim claimedBy(ParamsHash other) {
    return params == null || params.equals(other) ? claim() : Claim.No.CONFLICT;
  }

  /** What it says to whoever asks. */
  Claim claim() {
    Outcome known = outcome;
    return known == null ? Claim.No.RUNNING : new Claim.Over(known);
  }
}

package dev.tern.core.outcome;

import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.WireError;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers in the heap of this process, and forgets when the process ends: another one has another
 * {@link #dedup}, so that what was forgotten is {@link Claim.No#STALE}. Never blocks.
 *
 * <p>Each caller has a quota, in operations and in bytes. Callers that are anonymous have one
 * together, a quarter of the others'. What is over it is refused until something expires: nothing
 * is forgotten early. An operation counts with about {@link MemoryEntry#OVERHEAD_BYTES} beside its
 * key and its result.
 *
 * <p>Outcomes expire in steps of a bounded number, on the clock's thread and by those that claim.
 */
public final class MemoryStore implements OutcomeStore {
  /** Long enough for a client that retries, restarts and asks again. */
  public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);

  /** What one caller may have remembered: a tenth of the heap. */
  private static final int HEAP_SHARE = 10;

  /** Anonymous callers share a part of that, so that strangers leave room for those with names. */
  private static final int ANONYMOUS_SHARE = 4;

  /** All callers together: no more than twice what one may. */
  private static final int ALL_CALLERS = 2;

  /** A larger result is not worth its room; half of the smallest usual frame limit. */
  private static final int DEFAULT_RESULT_BYTES = 1 << 20;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How often what has expired is looked for: late by so much at most. */
  private static final long SWEEP_NANOS = 1_000_000_000;

  /** A step of the clock's thread, which others wait for: some tens of microseconds. */
  private static final int SWEEP_STEP = 256;

  /** A claim lets so many go, so that a store under load does not grow between two sweeps. */
  private static final int CLAIM_STEP = 4;

  private final Timers timers;
  private final String dedup = UUID.randomUUID().toString();
  private final long startNanos;
  private final Duration window;
  private final long windowMillis;
  private final long extraMillis;
  private final long maxEntries;
  private final long maxBytes;
  private final int maxResultBytes;
  private final boolean evicts;

  private final ConcurrentHashMap<Operation, MemoryEntry> entries = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Account> accounts = new ConcurrentHashMap<>();
  private final Room room;
  private final Consumer<MemoryEntry> forget = this::remove;
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closed;

  /** What the clock has said the last time, or just before: a lower bound of what it says now. */
  private volatile long latestMillis;

  private MemoryStore(Builder builder) {
    this.timers = builder.timers;
    this.startNanos = timers.nanoTime();
    this.window = builder.window;
    this.windowMillis = window.toMillis();
    this.evicts = builder.evicts;
    this.extraMillis = evicts ? 0 : extra().toMillis();
    this.maxEntries = builder.entries;
    this.maxBytes = builder.bytes;
    this.maxResultBytes = builder.resultBytes;
    this.room = new Room(ofAllCallers(maxEntries), ofAllCallers(maxBytes));
  }

  private static long ofAllCallers(long ofOne) {
    return ofOne > Long.MAX_VALUE / ALL_CALLERS ? Long.MAX_VALUE : ALL_CALLERS * ofOne;
  }

  /** A store with a window of {@link #DEFAULT_WINDOW}. */
  public static MemoryStore create() {
    return builder().build();
  }

  /** A store that differs from that. */
  public static Builder builder() {
    return new Builder();
  }

  /** Describes a store. Not thread-safe. */
  public static final class Builder {
    private Duration window = DEFAULT_WINDOW;
    private long entries = Long.MAX_VALUE;
    long bytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    private int resultBytes = DEFAULT_RESULT_BYTES;
    private Timers timers = Timers.system();
    private boolean evicts;

    private Builder() {}

    /**
     * How long after its beginning an operation may be tried again.
     *
     * @throws IllegalArgumentException if it is less than a millisecond
     */
    public Builder window(Duration duration) {
      if (duration.toMillis() < 1) {
        throw new IllegalArgumentException("window: " + duration + " (expected: 1 ms or more)");
      }
      window = duration;
      return this;
    }

    /**
     * How many operations of one caller are remembered at most; anonymous callers have a quarter.
     * Not bounded but by their bytes if not set.
     *
     * @throws IllegalArgumentException if it is less than 1; {@link #build} also if it is less than
     *     4, unless the store is {@link #evicting}
     */
    public Builder entries(long perCaller) {
      entries = atLeast("entries", perCaller, 1);
      return this;
    }

    /**
     * How many bytes those may take; a tenth of the heap if not set.
     *
     * @throws IllegalArgumentException if it is less than 4 KiB
     */
    public Builder bytes(long perCaller) {
      bytes = atLeast("bytes", perCaller, 4 << 10);
      return this;
    }

    /**
     * How long a result may be that is kept; 1 MiB if not set. Of an operation with a longer one it
     * is only remembered that it is over.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder resultBytes(int longest) {
      resultBytes = (int) atLeast("resultBytes", longest, 0);
      return this;
    }

    /** The clock; the machine's if not set. */
    public Builder timers(Timers clock) {
      timers = clock;
      return this;
    }

    /**
     * A cache rather than a store: it forgets the oldest outcomes when it is full, everything after
     * the window, and takes whatever it does not know for new.
     */
    public Builder evicting() {
      evicts = true;
      return this;
    }

    private static long atLeast(String name, long value, long least) {
      if (value < least) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
      }
      return value;
    }

    /**
     * The store.
     *
     * @throws IllegalArgumentException if it could not remember anything of anonymous callers
     */
    public MemoryStore build() {
      entries = atLeast("entries", entries, evicts ? 1 : ANONYMOUS_SHARE);
      return new MemoryStore(this);
    }
  }

  @Override
  public String dedup() {
    return dedup;
  }

  @Override
  public Duration window() {
    return window;
  }

  @Override
  public long nowMillis() {
    long now = (timers.nanoTime() - startNanos) / NANOS_PER_MILLI;
    if (now != latestMillis) {
      latestMillis = now;
    }
    return now;
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  /** How many operations it remembers, those that run included. */
  public int size() {
    return entries.size();
  }

  /** How many callers have something in it. */
  int callers() {
    return accounts.size();
  }

  @Override
  public @Nullable Claim known(Attempt attempt) {
    MemoryEntry found = entries.get(attempt.operation());
    if (found == null) {
      // A flood of what is too old by any clock must not read it each time.
      long now = isOlderThanWindow(attempt.firstMillis()) ? latestMillis : nowMillis();
      return isNew(attempt.dedup(), attempt.firstMillis(), attempt.number() == 1, now)
          ? null
          : Claim.No.STALE;
    }
    Claim claim = found.claimedBy(attempt.params());
    return claim == Claim.No.RUNNING ? null : claim;
  }

  @Override
  public Claim claim(Attempt attempt) {
    Operation operation = attempt.operation();
    MemoryEntry found = entries.get(operation);
    if (found != null) {
      return found.claimedBy(attempt.params());
    }
    long now = nowMillis();
    if (!isNew(attempt.dedup(), attempt.firstMillis(), attempt.number() == 1, now)) {
      return Claim.No.STALE;
    }
    Account account = takeRoom(operation, now);
    if (account == null) {
      return full(operation);
    }
    MemoryEntry fresh = new MemoryEntry(operation, attempt.params(), account);
    MemoryEntry other = entries.putIfAbsent(operation, fresh);
    if (other != null) {
      account.giveBack(fresh.bytes());
      return other.claimedBy(attempt.params());
    }
    // Again, now that it is in: this thread may have been held up while another attempt began,
    // ended and was forgotten.
    if (!isNew(attempt.dedup(), attempt.firstMillis(), attempt.number() == 1, nowMillis())) {
      remove(fresh);
      return Claim.No.STALE;
    }
    sweepLater();
    return fresh;
  }

  private boolean isOlderThanWindow(@Nullable Long firstMillis) {
    return firstMillis != null && latestMillis - firstMillis > windowMillis;
  }

  /** Whether an attempt at an operation that is not known here is certainly the first to run. */
  private boolean isNew(
      @Nullable String said, @Nullable Long firstMillis, boolean isFirst, long now) {
    if (closed) {
      return false; // what was forgotten would seem to be new
    }
    if (evicts) {
      return true;
    }
    if (said == null || firstMillis == null) {
      return said == null && firstMillis == null && isFirst;
    }
    long age = now - firstMillis;
    return said.equals(dedup) && age <= windowMillis && age >= -(extraMillis / 2);
  }

  private Account account(String caller) {
    Account known = accounts.get(caller);
    if (known != null) {
      return known;
    }
    int share = caller.isEmpty() && !evicts ? ANONYMOUS_SHARE : 1;
    return accounts.computeIfAbsent(
        caller, _ -> new Account(new Room(maxEntries / share, maxBytes / share), room));
  }

  /** The caller's account, with room taken for one more operation; null if it has none. */
  private @Nullable Account takeRoom(Operation operation, long now) {
    while (true) {
      Account account = account(operation.caller());
      account.removeExpired(now, CLAIM_STEP, forget);
      if (account.take(MemoryEntry.bytesOf(operation))) {
        return account;
      }
      if (!account.isRetired()) {
        MemoryEntry oldest = evicts ? account.removeOldest() : null;
        if (oldest == null) {
          return null;
        }
        remove(oldest);
      }
    }
  }

  /** When the caller's own next operation expires; soon, if it is others that leave no room. */
  private Claim.Full full(Operation operation) {
    long now = nowMillis();
    long soon = now + SWEEP_NANOS / NANOS_PER_MILLI;
    Account account = account(operation.caller());
    boolean isOwn = !account.hasRoomOfItsOwn(MemoryEntry.bytesOf(operation));
    return new Claim.Full(Math.max(1, (isOwn ? account.nextExpiry(soon) : soon) - now));
  }

  @Override
  public void complete(Claim.Mine claim, Outcome outcome) {
    MemoryEntry entry = (MemoryEntry) claim;
    Outcome kept =
        switch (outcome) {
          case Outcome.Result(Bytes encoded, _) ->
              fits(entry, encoded.length()) ? compact(outcome, encoded) : Outcome.Silent.NOT_KEPT;
          case Outcome.Failure(WireError error) ->
              fits(entry, lengthOf(error)) ? outcome : new Outcome.Failure(shortened(error));
          case Outcome.Silent _ -> outcome;
        };
    keep(entry, kept);
  }

  /** Takes room for what an operation has come to; false if there is none. */
  private boolean fits(MemoryEntry entry, int bytes) {
    if (bytes > maxResultBytes) {
      return false;
    }
    while (!entry.account().takeBytes(bytes)) {
      MemoryEntry oldest = evicts ? entry.account().removeOldest() : null;
      if (oldest == null) {
        return false;
      }
      remove(oldest);
    }
    entry.addBytes(bytes);
    return true;
  }

  private static int lengthOf(WireError error) {
    byte[] details = error.details();
    return error.message().length() + (details == null ? 0 : details.length);
  }

  /**
   * An error with its code and verdict, and in place of the rest words that need no room of their
   * own.
   */
  private static WireError shortened(WireError error) {
    String message = "the message and the details of this error were too large to keep";
    return new WireError(error.code(), error.number(), message, null, error.executed());
  }

  private void keep(MemoryEntry entry, Outcome outcome) {
    entry.end(outcome, nowMillis() + windowMillis + extraMillis);
    entry.account().addExpiring(entry);
  }

  /** In an array of its own: it must not hold the whole frame that it is a part of. */
  private static Outcome compact(Outcome result, Bytes encoded) {
    return encoded.array().length == encoded.length()
        ? result
        : new Outcome.Result(Bytes.of(encoded.toByteArray()));
  }

  @Override
  public void release(Claim.Mine claim) {
    remove((MemoryEntry) claim);
  }

  @Override
  public @Nullable Claim find(
      Operation operation, @Nullable String said, @Nullable Long firstMillis, boolean fence) {
    MemoryEntry found = entries.get(operation);
    if (found != null) {
      return found.claim();
    }
    long now = nowMillis();
    if (!isNew(said, firstMillis, false, now)) {
      return Claim.No.STALE;
    }
    if (!fence) {
      return null;
    }
    Account account = takeRoom(operation, now);
    if (account == null) {
      return full(operation);
    }
    MemoryEntry fresh = new MemoryEntry(operation, null, account);
    keep(fresh, Outcome.Silent.FENCED);
    MemoryEntry other = entries.putIfAbsent(operation, fresh);
    if (other != null) {
      account.dropExpiring(fresh);
      account.giveBack(fresh.bytes());
      return other.claim();
    }
    if (!isNew(said, firstMillis, false, nowMillis())) { // again, as in claim
      account.dropExpiring(fresh);
      remove(fresh);
      return Claim.No.STALE;
    }
    sweepLater();
    return fresh.claim();
  }

  private void remove(MemoryEntry entry) {
    if (entries.remove(entry.operation(), entry)) {
      entry.account().giveBack(entry.bytes());
    }
  }

  private void sweepLater() {
    if (!sweeping.get() && sweeping.compareAndSet(false, true)) {
      timers.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  private void sweep() {
    int left = SWEEP_STEP;
    long now = nowMillis();
    for (var known : accounts.entrySet()) {
      left -= known.getValue().removeExpired(now, left, forget);
      if (left == 0) {
        break; // the rest in a step of its own
      }
      if (known.getValue().retire()) {
        accounts.remove(known.getKey(), known.getValue());
      }
    }
    sweeping.set(false);
    boolean isEmpty = entries.isEmpty() && accounts.isEmpty();
    if (!isEmpty && !closed && sweeping.compareAndSet(false, true)) {
      timers.schedule(left == 0 ? 0 : SWEEP_NANOS, this::sweep);
    }
  }

  @Override
  public void close() {
    closed = true;
    entries.clear();
    accounts.clear();
  }

  @Override
  public String toString() {
    return "MemoryStore[window " + window + ", " + entries.size() + " operations]";
  }
}

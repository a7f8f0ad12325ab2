package dev.tern.core.observe;

import dev.tern.core.Counter;
import dev.tern.core.Stats;
import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.session.Ping;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What an end counts. Thread-safe; counting never blocks. */
public class Counters {
  /** Codes of the application's come from its code, yet a mistake there must not fill the heap. */
  private static final int MAX_CODES = 64;

  private static final String OTHER = "OTHER";

  private final Timers timers;
  private final Tally tally;
  private final LongSupplier inFlight;
  private final LongSupplier queued;
  private final long startedNanos;
  private final long linesDroppedBefore = LogQueue.SHARED.dropped();

  /** Of the connections that are open: what of them is not in the tally yet. */
  private final Set<Traffic> open = ConcurrentHashMap.newKeySet();

  private final LongAdder begun = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
  private final Map<Oddity, LongAdder> oddities = new ConcurrentHashMap<>();
  private volatile long lastSeenNanos;

  /** Any instant may be one at which a peer was heard, so none can stand for never. */
  private volatile boolean everSeen;

  /**
   * @param tally may be shared with others of the same end
   * @param inFlight how many calls run; null if {@link #began} is told of each
   * @param queued how many calls wait at a limit
   */
  Counters(Timers timers, Tally tally, @Nullable LongSupplier inFlight, LongSupplier queued) {
    this.timers = timers;
    this.tally = tally;
    this.inFlight = inFlight == null ? this::begunAndNotEnded : inFlight;
    this.queued = queued;
    this.startedNanos = timers.nanoTime();
  }

  /** Of a client, whose calls say when they begin. */
  public static Counters ofClient(Timers timers) {
    return new Counters(timers, new Tally(), null, () -> 0);
  }

  /**
   * A connection was opened.
   *
   * @param overTls whether it has shaken hands before
   */
  public void connected(Traffic traffic, boolean overTls) {
    tally.count(Counter.CONNECTIONS_OPENED);
    if (overTls) {
      tally.count(Counter.TLS_HANDSHAKES);
    }
    open.add(traffic);
  }

  /**
   * A connection has closed. Once for each that was opened.
   *
   * @param how one of those that begin with {@code CLOSED_}
   */
  public void disconnected(Traffic traffic, Counter how) {
    tally.count(how);
    tally.add(Counter.BYTES_READ, traffic.bytesRead());
    tally.add(Counter.BYTES_WRITTEN, traffic.bytesWritten());
    open.remove(traffic);
  }

  /** As what a ping is counted. */
  public static Counter of(Ping ping) {
    return switch (ping) {
      case SENT -> Counter.PINGS_SENT;
      case RECEIVED -> Counter.PINGS_RECEIVED;
    };
  }

  /** It has happened once. */
  public void count(Counter what) {
    tally.count(what);
  }

  /** A client's call began. */
  public void began() {
    begun.increment();
  }

  /** A call has ended, with that code or {@link Stats#OK}. */
  public final void ended(String code) {
    if (code.equals(Stats.OK)) {
      succeeded.increment();
      return;
    }
    LongAdder known = failed.get(code);
    if (known != null) {
      known.increment();
    } else {
      count(failed, failed.size() < MAX_CODES ? code : OTHER);
    }
  }

  /** So many calls have ended well. */
  public void succeeded(int calls) {
    succeeded.add(calls);
  }

  public void noted(Oddity oddity) {
    count(oddities, oddity);
  }

  private static <K> void count(Map<K, LongAdder> counts, K what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  /** The peer was heard. */
  public void seen(long now) {
    lastSeenNanos = now;
    if (!everSeen) {
      everSeen = true;
    }
  }

  /** Calls that have begun and not ended. */
  final long inFlight() {
    return inFlight.getAsLong();
  }

  /** Not counted up and down: many threads count at once, and share no counter this way. */
  private long begunAndNotEnded() {
    long ended = succeeded.sum();
    for (LongAdder adder : failed.values()) {
      ended += adder.sum();
    }
    return Math.max(0, begun.sum() - ended);
  }

  private static void addTo(Map<Counter, Long> counts, Counter what, long more) {
    if (more != 0) {
      counts.merge(what, more, Long::sum);
    }
  }

  /** What has been counted until now. */
  public Stats snapshot() {
    Map<String, Long> byCode = new HashMap<>();
    byCode.put(Stats.OK, succeeded.sum());
    failed.forEach((code, adder) -> byCode.put(code, adder.sum()));
    Map<Oddity, Long> odd = new EnumMap<>(Oddity.class);
    oddities.forEach((oddity, adder) -> odd.put(oddity, adder.sum()));
    Duration sinceLastSeen = everSeen ? Duration.ofNanos(timers.nanoTime() - lastSeenNanos) : null;
    Map<Counter, Long> counts = tally.snapshot();
    Collection<Traffic> live = List.copyOf(open);
    addTo(counts, Counter.BYTES_READ, live.stream().mapToLong(Traffic::bytesRead).sum());
    addTo(counts, Counter.BYTES_WRITTEN, live.stream().mapToLong(Traffic::bytesWritten).sum());
    addTo(counts, Counter.LOG_LINES_DROPPED, LogQueue.SHARED.dropped() - linesDroppedBefore);
    Duration uptime = Duration.ofNanos(timers.nanoTime() - startedNanos);
    return new Stats(
        uptime, live.size(), inFlight(), queued.getAsLong(), byCode, counts, odd, sinceLastSeen);
  }
}

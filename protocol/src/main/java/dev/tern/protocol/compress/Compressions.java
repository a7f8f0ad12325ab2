package dev.tern.protocol.compress;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The compressions that one end reads, and writes for peers that read them; the best first. It is
 * closed with the end that has opened it. Thread-safe.
 */
public final class Compressions implements AutoCloseable {
  /** Nothing is compressed. */
  public static final Compressions NONE = new Compressions(List.of());

  /**
   * What is shorter is sent as it is: it fits into one packet of most networks with or without
   * compression, and a frame around it costs up to a fiftieth of it.
   */
  public static final int LEAST_BYTES = 1_024;

  /** What does not save this part of a payload is sent as it is: to expand it costs, too. */
  private static final int LEAST_SAVED_PART = 8;

  /**
   * How many times as long as the compressed payload what comes out of it may be. Text of
   * applications is below 20, logs below 100; gzip goes up to 1,028, zstd to 32,000.
   */
  private static final int MOST_RATIO = 200;

  /** So much may come out whatever the ratio: a list of a thousand equal things is no attack. */
  private static final int FREE_BYTES = 1 << 20;

  /** How far an end has come that has these. */
  private enum Stage {
    UNUSED,
    USED,
    CLOSED
  }

  private final List<ContextPool> pools;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.UNUSED);

  /** Of one end, which closes them. */
  public Compressions(List<ContextPool> bestFirst) {
    this.pools = List.copyOf(bestFirst);
  }

  /** These, for another end. */
  public Compressions forAnotherEnd() {
    return new Compressions(pools);
  }

  /**
   * The end has closed: what nobody else needs is freed. Who still uses them pays for contexts of
   * his own. Idempotent.
   */
  @Override
  public void close() {
    if (stage.getAndSet(Stage.CLOSED) == Stage.USED) {
      pools.forEach(ContextPool::close);
    }
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return pools.isEmpty();
  }

  /** Their names on the wire, the best first. */
  public List<String> labels() {
    return pools.stream().map(ContextPool::label).toList();
  }

  /** Whether this end reads that one. */
  public boolean reads(String label) {
    return find(label) != null;
  }

  /** The best one for which that is true; null if there is none. */
  public @Nullable String best(Predicate<String> isRead) {
    for (ContextPool pool : pools) {
      if (isRead.test(pool.label())) {
        return pool.label();
      }
    }
    return null;
  }

  private @Nullable ContextPool find(String label) {
    for (ContextPool pool : pools) {
      if (pool.label().equals(label)) {
        return pool;
      }
    }
    return null;
  }

  private ContextPool use(String label) {
    if (stage.get() == Stage.UNUSED && stage.compareAndSet(Stage.UNUSED, Stage.USED)) {
      pools.forEach(ContextPool::open);
    }
    ContextPool pool = find(label);
    if (pool == null) {
      throw new IllegalArgumentException(
          "compression: " + label + " (expected: one of " + String.join(", ", labels()) + ")");
    }
    return pool;
  }

  /** How long what comes out of a compressed payload may be. */
  static int most(int compressedBytes, int frameBytes) {
    long most = Math.max(FREE_BYTES, (long) MOST_RATIO * compressedBytes);
    return (int) Math.min(frameBytes, most);
  }

  /**
   * The payload, compressed if that pays: a short one is not, nor one that hardly becomes shorter,
   * nor one that becomes so short that its reader would take it for an attack.
   *
   * @param label one of these
   */
  public Bytes compress(String label, Bytes payload) {
    int length = payload.length();
    if (length < LEAST_BYTES) {
      return payload;
    }
    ContextPool pool = use(label);
    CompressionContext context = pool.take();
    Bytes compressed;
    try {
      compressed = context.compress(payload, length - length / LEAST_SAVED_PART);
    } catch (Throwable e) {
      context.close();
      throw e;
    }
    pool.giveBack(context);
    return compressed == null || most(compressed.length(), Limits.MAX_FRAME_BYTES) < length
        ? payload
        : compressed;
  }

  /**
   * What is in a compressed payload.
   *
   * @param label one of these, which its first bytes stand for
   * @param frameBytes the longest payload
   * @param room whether so many bytes more may be held for it
   * @throws UnexpandableException if it is not sound, or more comes out than may
   */
  public Bytes expand(
      String label, byte[] payload, int offset, int length, int frameBytes, IntPredicate room) {
    int most = most(length, frameBytes);
    return expand(label, payload, offset, length, new Expansion(4 * length, most, room, false));
  }

  /**
   * As {@link #expand}, of a reply: of one that is too long the exception has as much as may come
   * out, so that it can be told whose it is.
   */
  public Bytes expandReply(String label, byte[] payload, int offset, int length, int frameBytes) {
    int most = most(length, frameBytes);
    Expansion into = new Expansion(4 * length, most, _ -> true, true);
    return expand(label, payload, offset, length, into);
  }

  private Bytes expand(String label, byte[] payload, int offset, int length, Expansion into) {
    ContextPool pool = use(label);
    CompressionContext context = pool.take();
    try {
      context.expand(payload, offset, offset + length, into);
    } catch (UnexpandableException e) {
      pool.giveBack(context);
      throw e;
    } catch (Throwable e) {
      context.close();
      throw e;
    }
    pool.giveBack(context);
    return into.bytes();
  }
}

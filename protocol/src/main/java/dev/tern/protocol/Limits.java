package dev.tern.protocol;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The bounds on one message, which hold at both ends, and on one connection. Immutable.
 *
 * <pre>{@code
 * Limits limits = Limits.DEFAULT.with(Limits.Bound.DEPTH, 16);
 * }</pre>
 */
public final class Limits {
  /** Bytes of a frame's length, which stands before its payload. */
  public static final int PREFIX_BYTES = 4;

  /**
   * 128 MiB. The first byte of a legal prefix is at most 0x08: a letter (HTTP), 0x16 (TLS) or 0x0D
   * (a PROXY header) is never a frame, which makes one port enough.
   */
  public static final int MAX_FRAME_BYTES = 128 << 20;

  /** What is bounded, each with its default. */
  public enum Bound {
    /** The longest payload: 16 MiB by default, {@link #MAX_FRAME_BYTES} at most. */
    FRAME_BYTES(16 << 20),
    /**
     * How deep JSON may nest: no sane message comes near, and a reader that recurses must not
     * overflow its stack.
     */
    DEPTH(64),
    /** The longest key of a JSON object, as it is written: an escape counts with all its bytes. */
    NAME_BYTES(256),
    /** The longest number, in characters: to parse a big number takes quadratic time. */
    NUMBER_DIGITS(1_000),
    /** The longest method name. */
    METHOD_BYTES(256),
    /** The longest id string. */
    ID_BYTES(128),
    /** The longest {@code meta.key}. */
    KEY_BYTES(256),
    /** How many members {@code meta} may have. */
    META_KEYS(64),
    /** How long {@code meta} may be. */
    META_BYTES(16 << 10),
    /**
     * Calls that have been read and whose handlers have not returned; more answer SERVER_BUSY. At
     * the client, calls that have left and have no reply; more wait.
     */
    IN_FLIGHT(16_384),
    /**
     * Messages in one batch: a thousand share what a frame costs as well as more would, and one
     * peer's frame must not be a minute's work.
     */
    BATCH_ITEMS(1_000),
    /**
     * How long a new connection may stay silent: long enough for a person with a socket, short
     * enough that forgotten connections do not pile up.
     */
    FIRST_FRAME_MILLIS(60_000),
    /** How long one frame may take from its first byte: a byte a second is an attack. */
    FRAME_MILLIS(30_000),
    /** What a longer or missing timeout is clamped to. */
    LONGEST_DEADLINE_MILLIS(3_600_000),
    /**
     * After so many payloads that are no JSON the connection closes: a peer that speaks something
     * else will not learn.
     */
    UNREADABLE_PAYLOADS(8),
    /** Useless cancels at once before the connection closes. */
    CANCEL_BURST(1_000),
    /**
     * Useless cancels that are forgiven each second: a cancel that crosses its reply is nobody's
     * fault.
     */
    CANCELS_PER_SECOND(100),
    /**
     * Messages that are refused and belong to no call before the connection closes: far more than
     * an honest peer has in a bad moment. What is wrong with a call is answered to its caller and
     * ends nothing else, however often.
     */
    ERROR_BURST(10_000),
    /** Such messages that are forgiven each second. */
    ERRORS_PER_SECOND(1_000),
    /**
     * Calls of {@code rpc.*} (cancels apart) at once before they answer SERVER_BUSY: no heartbeat
     * and no look at the methods needs so many.
     */
    CONTROL_BURST(1_000),
    /** How many such calls become possible again each second. */
    CONTROLS_PER_SECOND(100);

    private final int usual;

    Bound(int usual) {
      this.usual = usual;
    }
  }

  /** The defaults of PROTOCOL.md. */
  public static final Limits DEFAULT =
      new Limits(Arrays.stream(Bound.values()).mapToInt(bound -> bound.usual).toArray());

  /** By the {@linkplain #place place} of the bound. */
  private final int[] values;

  private Limits(int[] values) {
    this.values = values;
  }

  /** The value of a bound, 1 or more. */
  public int get(Bound bound) {
    return values[place(bound)];
  }

  /** The value of a bound that is in milliseconds, as nanoseconds. */
  public long nanos(Bound millis) {
    return TimeUnit.MILLISECONDS.toNanos(get(millis));
  }

  /**
   * With another value of a bound.
   *
   * @throws IllegalArgumentException if it is below 1, or a frame's over {@link #MAX_FRAME_BYTES}
   */
  public Limits with(Bound bound, int value) {
    int most = bound == Bound.FRAME_BYTES ? MAX_FRAME_BYTES : Integer.MAX_VALUE;
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(bound + ": " + value + " (expected: 1 to " + most + ")");
    }
    int[] others = values.clone();
    others[place(bound)] = value;
    return new Limits(others);
  }

  @SuppressWarnings("EnumOrdinal") // an array is read on each token, and it never leaves this class
  private static int place(Bound bound) {
    return bound.ordinal();
  }
}

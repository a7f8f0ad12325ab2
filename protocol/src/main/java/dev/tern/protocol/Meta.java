package dev.tern.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about itself beside its parameters: a timeout, and whatever else is said
 * under a {@link Key}. A request that says nothing but its timeout, as most do, costs one object.
 * Immutable.
 *
 * <pre>{@code
 * Meta meta = Meta.timeout(250).with(Meta.KEY, "order-7").with(Meta.ATTEMPT, 2);
 * String token = request.meta().get(Meta.AUTH);
 * }</pre>
 */
public final class Meta {
  /** Says nothing about a duration. */
  public static final long UNSAID = -1;

  /** The protocol version; not said means 1. */
  public static final Key<Integer> V = Key.of("v", 1);

  /** The caller's hint, for logs. */
  public static final Key<Boolean> IDEMPOTENT = Key.of("idempotent", 0);

  /** The identity of the operation, the same over all its attempts. */
  public static final Key<String> KEY = Key.of("key", 0);

  /** The number of the attempt: 1, 2, 3 … */
  public static final Key<Integer> ATTEMPT = Key.of("attempt", 1);

  /**
   * Whether it is made because another call was made again, or beside another one that took long:
   * then what is made for it is not to multiply that.
   */
  public static final Key<Boolean> REPEATED = Key.of("repeated", 0);

  /** The store of the first attempt that may have run, or else of this one. */
  public static final Key<String> DEDUP = Key.of("dedup", 0);

  /** When that attempt was made, in milliseconds of that store's clock, 0 or more. */
  public static final Key<Long> FIRST_MILLIS = Key.of("first_ms", 0);

  /** A bearer token; never logged. */
  public static final Key<String> AUTH = Key.of("auth", 0);

  /** W3C trace context, as it came, well-formed. */
  public static final Key<String> TRACEPARENT = Key.of("traceparent", 0);

  /** W3C trace state, as it came. */
  public static final Key<String> TRACESTATE = Key.of("tracestate", 0);

  /** The names of the compressions that the caller reads; an immutable list. */
  public static final Key<List<String>> ACCEPT = Key.of("accept", 0);

  /** Whether the reply shall say where the time went. */
  public static final Key<Boolean> TIMING = Key.of("timing", 0);

  /** The user's own; not empty. */
  public static final Key<Metadata> MD = Key.of("md", 0);

  private static final List<Key<?>> KEYS = List.copyOf(Key.MADE);

  private static final Object[] NOTHING = {};

  /** Nothing said. */
  public static final Meta NONE = new Meta(UNSAID, 0, NOTHING);

  /**
   * The last ones that said nothing but a timeout, by its low bits: nearly all calls say one of a
   * few. Any thread reads and writes it, and at worst makes a new one.
   */
  private static final @Nullable Meta[] RECENT = new Meta[64];

  private final long timeoutMillis;

  /** A bit for each key under which something is said, by its index. */
  private final int keys;

  /** What is said under these keys, in their order. */
  private final Object[] said;

  private Meta(long timeoutMillis, int keys, Object[] said) {
    if (timeoutMillis < UNSAID) {
      throw new IllegalArgumentException(
          "timeoutMillis: " + timeoutMillis + " (expected: at least " + UNSAID + ")");
    }
    this.timeoutMillis = timeoutMillis;
    this.keys = keys;
    this.said = said;
  }

  /**
   * Something that a request may say.
   *
   * @param <T> the type of what it says
   */
  @SuppressWarnings("UnusedTypeParameter") // it is the type of what is said under the key
  public static final class Key<T> {
    /** All that are, in the order of their declaration. */
    private static final List<Key<?>> MADE = new ArrayList<>();

    private final int index;
    private final String wire;
    private final long least;

    private Key(int index, String wire, long least) {
      this.index = index;
      this.wire = wire;
      this.least = least;
    }

    private static <T> Key<T> of(String wire, long least) {
      Key<T> key = new Key<>(MADE.size(), wire, least);
      MADE.add(key);
      return key;
    }

    /** The name on the wire. */
    public String wire() {
      return wire;
    }

    private Object checked(T value) {
      if (value instanceof Number number && number.longValue() < least) {
        throw new IllegalArgumentException(
            "meta." + wire + ": " + number + " (expected: at least " + least + ")");
      }
      return value instanceof List<?> names ? List.copyOf(names) : value;
    }
  }

  /** All keys, in the order in which they are written. */
  public static List<Key<?>> keys() {
    return KEYS;
  }

  /**
   * Nothing but a timeout.
   *
   * @param millis what is left of the caller's deadline, 0 or more
   */
  public static Meta timeout(long millis) {
    int place = (int) millis & (RECENT.length - 1);
    Meta recent = RECENT[place];
    if (recent == null || recent.timeoutMillis != millis) {
      recent = new Meta(millis, 0, NOTHING);
      RECENT[place] = recent;
    }
    return recent;
  }

  /** What is left of the caller's deadline, 0 or more; {@link #UNSAID} if that is not said. */
  public long timeoutMillis() {
    return timeoutMillis;
  }

  /** What is said under a key; null if nothing is. */
  @SuppressWarnings("unchecked") // a builder puts nothing else under this key
  public <T> @Nullable T get(Key<T> key) {
    return (keys & 1 << key.index) == 0 ? null : (T) said[placeOf(key.index)];
  }

  /**
   * What is said under one of the {@link #saidKeys()}.
   *
   * @param place how many of them stand before it
   */
  public Object saidAt(int place) {
    return said[place];
  }

  /** How many keys stand before the one with this index, under which something is said. */
  private int placeOf(int index) {
    return Integer.bitCount(keys & ((1 << index) - 1));
  }

  /** Under which keys something is said: a bit for each, by its index among {@link #keys()}. */
  public int saidKeys() {
    return keys;
  }

  /** Whether it says anything but a timeout. */
  public boolean saysMoreThanATimeout() {
    return keys != 0;
  }

  /** With another timeout, {@link #UNSAID} for none. */
  public Meta withTimeoutMillis(long millis) {
    return keys == 0 ? timeout(millis) : new Meta(millis, keys, said);
  }

  /**
   * With something said under a key.
   *
   * @throws IllegalArgumentException for a number that is less than the key allows
   */
  public <T> Meta with(Key<T> key, T value) {
    int place = placeOf(key.index);
    int behind = get(key) == null ? place : place + 1;
    Object[] more = new Object[place + 1 + said.length - behind];
    System.arraycopy(said, 0, more, 0, place);
    more[place] = key.checked(value);
    System.arraycopy(said, behind, more, place + 1, said.length - behind);
    return new Meta(timeoutMillis, keys | 1 << key.index, more);
  }

  /** Collects what a request says. Reusable: it is empty again after each {@link #build()}. */
  public static final class Builder {
    private long timeoutMillis = UNSAID;
    private int keys;

    /** By the index of the key; none before the first. */
    private @Nullable Object[] said = NOTHING;

    /** Says nothing yet. */
    public Builder() {}

    /** The timeout, 0 or more; {@link #UNSAID} for none. */
    public Builder timeoutMillis(long millis) {
      timeoutMillis = millis;
      return this;
    }

    /**
     * Says something under a key.
     *
     * @throws IllegalArgumentException for a number that is less than the key allows
     */
    public <T> Builder say(Key<T> key, T value) {
      Object checked = key.checked(value);
      if (said.length == 0) {
        said = new @Nullable Object[KEYS.size()];
      }
      keys |= 1 << key.index;
      said[key.index] = checked;
      return this;
    }

    /** What was said. */
    public Meta build() {
      Meta meta = keys == 0 ? timeout(timeoutMillis) : new Meta(timeoutMillis, keys, taken());
      clear();
      return meta;
    }

    private Object[] taken() {
      Object[] all = new Object[Integer.bitCount(keys)];
      for (int left = keys, place = 0; left != 0; left &= left - 1) {
        all[place++] = Objects.requireNonNull(said[Integer.numberOfTrailingZeros(left)]);
      }
      return all;
    }

    /** Forgets what was said. */
    public void clear() {
      timeoutMillis = UNSAID;
      for (; keys != 0; keys &= keys - 1) {
        said[Integer.numberOfTrailingZeros(keys)] = null;
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Meta that
        && timeoutMillis == that.timeoutMillis
        && keys == that.keys
        && Arrays.equals(said, that.said);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(timeoutMillis) + keys) + Arrays.hashCode(said);
  }
}

package dev.tern.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What users say about a call beside its params, or about a reply beside its result: strings by
 * name. Tern carries it from one end to the other and does nothing else with it. It goes no further
 * by itself: not into nested calls, not into the log, not into a result that is remembered. Only v1
 * has a place for it, and JSON-RPC 2.0 in requests. Immutable; names keep their order.
 *
 * <pre>{@code
 * CallOptions options = CallOptions.DEFAULT.withMetadata(Metadata.NONE.with("tenant", "acme"));
 * String tenant = Request.current().metadata().get("tenant");
 * }</pre>
 */
public final class Metadata {
  /** How many names there may be. */
  public static final int MAX_NAMES = 64;

  /** How many characters a name may have. */
  public static final int MAX_NAME = 256;

  /**
   * How many bytes of UTF-8 all names and values may have together. A quotation mark and a
   * backslash count twice, as JSON writes them: so {@code meta} has room for whatever is taken.
   */
  public static final int MAX_BYTES = 8 << 10;

  /** Nothing. */
  public static final Metadata NONE = new Metadata(Map.of());

  private final Map<String, String> values;

  private Metadata(Map<String, String> values) {
    this.values = values;
  }

  /**
   * A copy of these values by name.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_NAMES} names, names and
   *     values are longer than {@link #MAX_BYTES}, a name is empty or longer than {@link #MAX_NAME}
   *     or has anything but visible ASCII characters, or a value has control characters or half a
   *     surrogate pair
   */
  public static Metadata of(Map<String, String> values) {
    String problem = problemOf(values);
    if (problem != null) {
      throw new IllegalArgumentException("metadata" + problem);
    }
    return values.isEmpty()
        ? NONE
        : new Metadata(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** What is wrong with these values, and what was expected; null if nothing is. */
  public static @Nullable String problemOf(Map<String, String> values) {
    if (values.size() > MAX_NAMES) {
      return ": " + values.size() + " names (expected: at most " + MAX_NAMES + ")";
    }
    int bytes = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String name = entry.getKey();
      String value = entry.getValue();
      if (name.isEmpty()
          || name.length() > MAX_NAME
          || !name.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        return ": a name of "
            + name.length()
            + " characters (expected: 1 to 256 visible ASCII ones)";
      }
      if (!value.codePoints().allMatch(Metadata::isPlain)) {
        return "." + name + " (expected: a string without control characters or lone surrogates)";
      }
      String doubled = (name + value).replace("\"", "''").replace("\\", "''");
      bytes += doubled.getBytes(UTF_8).length;
    }
    return bytes > MAX_BYTES
        ? ": " + bytes + " bytes of names and values (expected: at most " + MAX_BYTES + ")"
        : null;
  }

  private static boolean isPlain(int c) {
    return !Character.isISOControl(c)
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
  }

  /** The value of a name; null if there is none. */
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /**
   * With another value.
   *
   * @throws IllegalArgumentException as {@link #of} throws it
   */
  public Metadata with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return of(more);
  }

  /** All values by name; cannot be changed. */
  public Map<String, String> asMap() {
    return values;
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Metadata that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The names alone: values are not for the log. */
  @Override
  public String toString() {
    return "Metadata" + values.keySet();
  }
}

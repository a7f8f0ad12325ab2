package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the values of one Java type. A tree of these is made once for each type that
 * somebody declares. For many threads.
 */
abstract class ValueBinder {
  private int guess = 64;

  /**
   * Reads the value that comes next.
   *
   * @return null only for a null that stands for itself in the type
   * @throws BindingException if it does not fit the type; what a constructor throws that is no
   *     refusal passes through
   */
  abstract @Nullable Object read(ValueReader in);

  /**
   * Reads the params of a call.
   *
   * @throws BindingException as {@link #read}
   */
  @Nullable Object readParams(ValueReader in) {
    return read(in);
  }

  /** The value that comes next, or what a null stands for. */
  @Nullable Object readOrNull(ValueReader in) {
    if (in.peek() == ValueKind.NULL) {
      in.readNull();
      return absent();
    }
    return read(in);
  }

  /** Whether {@link #readPlain} may read its values. */
  boolean isPlain() {
    return false;
  }

  /**
   * The value in these bytes of JSON, which {@link dev.tern.protocol.json.PlainJson} has passed
   * over; null if it is of another kind, does not fit, or is not worth a short way.
   */
  @Nullable Object readPlain(byte[] json, int start, int stop) {
    return null;
  }

  /**
   * Writes a value of the type.
   *
   * @throws RuntimeException if it has no form; see {@link EncodingException#under}
   */
  abstract void write(ValueWriter out, Object value);

  /** How many bytes a value will take, about: as many as the last one did. */
  int guessBytes(Object value) {
    return guess;
  }

  /** A whole value has taken so many. */
  final void wrote(int bytes) {
    if (bytes > guess || bytes < guess / 2) {
      guess = bytes + bytes / 8; // threads may lose each other's: it is a guess
    }
  }

  /** What the type expects, in words for a peer that may not be written in Java. */
  abstract String expected();

  /** Its JSON Schema. */
  abstract Map<String, Object> schema(Schemas schemas);

  /** What stands in the type for a null, and for a component that is missing. */
  @Nullable Object absent() {
    return null;
  }

  /** The binders of what a value consists of. */
  List<ValueBinder> parts() {
    return List.of();
  }

  /** Why nobody can be given a value of the type; null if they can. */
  @Nullable String problem() {
    return null;
  }

  /** Whether its values are objects or arrays, as params are. */
  boolean mayBeParams() {
    return false;
  }

  /** Whether its values may be the names of an object. */
  boolean isKey() {
    return false;
  }

  /**
   * The value that a name of an object stands for.
   *
   * @throws IllegalArgumentException or java.time.DateTimeException if it stands for none
   */
  Object fromName(String name) {
    throw new IllegalStateException(this + " (expected: a type of keys)");
  }

  /** The name that stands for a value. */
  String toName(Object value) {
    throw new IllegalStateException(this + " (expected: a type of keys)");
  }

  /** The error that the value which comes next, or was read last, does not fit. */
  final BindingException mismatch(ValueReader in) {
    in.again();
    return BindingException.mismatch("", Excerpt.of(in), expected());
  }
}

package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.ValueReader;
import org.jspecify.annotations.Nullable;

/**
 * Binds the results of one method at the client; built once, for many threads.
 *
 * @param <R> the type of the result; {@code Void} takes anything and gives null
 */
public final class ResultReader<R> {
  private final ValueBinder binder;
  private final boolean isPrimitive;

  ResultReader(ValueBinder binder, boolean isPrimitive) {
    this.binder = binder;
    this.isPrimitive = isPrimitive;
  }

  /**
   * The result as a Java value; a null is null, or what stands for it in the type.
   *
   * @param result one JSON value that was validated before
   * @throws BindingException if it does not fit, or a record's constructor refused it; anything
   *     else that it throws passes through
   */
  public @Nullable R read(Bytes result) {
    return read(result, JsonEncoding.JSON);
  }

  /** As {@link #read(Bytes)}, in any encoding. */
  @SuppressWarnings("unchecked") // the binder was made for R
  public @Nullable R read(Bytes result, Encoding encoding) {
    return (R)
        (encoding == JsonEncoding.JSON
            ? readAny(result.joined())
            : binder instanceof VoidBinder
                ? null
                : readWhole(encoding.reader(result.joined(), null)));
  }

  private @Nullable Object readAny(Bytes json) {
    Object plain =
        switch (binder) {
          case VoidBinder _ -> null;
          case ScalarBinder scalar -> readPlain(scalar, json.array(), json.from(), json.to());
          case RecordBinder record -> record.readInOrder(json);
          default -> null;
        };
    if (plain != null || binder instanceof VoidBinder) {
      return plain;
    }
    return readWhole(new JsonReader(json));
  }

  /** The only encoding in which the method can be called, as its result is a message; or null. */
  public @Nullable String onlyEncoding() {
    return binder instanceof MessageBinder message ? message.leaf().encoding() : null;
  }

  private @Nullable Object readWhole(ValueReader in) {
    ParamsReader.requireExpected(in, binder);
    Object value = isPrimitive ? binder.read(in) : binder.readOrNull(in);
    if (!in.isAtEnd()) {
      throw new IllegalStateException("more than one value (expected: one)");
    }
    return value;
  }

  /** The short way, which needs no reader; null if the text is written otherwise, or wrong. */
  private static @Nullable Object readPlain(ScalarBinder scalar, byte[] json, int from, int to) {
    if (from == to) {
      return null;
    }
    // An integer is only plain if something follows; here that is the end.
    int end = json[from] == '"' ? to : to + 1;
    int stop = PlainJson.scalarEnd(json, from, end, Limits.DEFAULT);
    return stop == to ? scalar.readPlain(json, from, stop) : null;
  }
}

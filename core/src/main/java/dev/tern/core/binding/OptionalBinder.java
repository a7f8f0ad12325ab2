package dev.tern.core.binding;

import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds an Optional: null, or a value. */
final class OptionalBinder extends ValueBinder {
  private final ValueBinder content;
  private final Object empty;
  private final Function<Object, Object> wrap;

  /** Gives the value within; null for none. */
  private final Function<Object, @Nullable Object> unwrap;

  private OptionalBinder(
      ValueBinder content,
      Object empty,
      Function<Object, Object> wrap,
      Function<Object, @Nullable Object> unwrap) {
    this.content = content;
    this.empty = empty;
    this.wrap = wrap;
    this.unwrap = unwrap;
  }

  /** The binder of an {@code Optional} of that content. */
  static OptionalBinder of(ValueBinder content) {
    return new OptionalBinder(
        content, Optional.empty(), Optional::of, value -> ((Optional<?>) value).orElse(null));
  }

  /** The binder of one of the Optionals of primitive types; null if the class is none. */
  static @Nullable OptionalBinder of(Class<?> type) {
    if (type == OptionalInt.class) {
      return new OptionalBinder(
          Scalars.INT,
          OptionalInt.empty(),
          value -> OptionalInt.of((int) value),
          value -> ((OptionalInt) value).isPresent() ? ((OptionalInt) value).getAsInt() : null);
    }
    if (type == OptionalLong.class) {
      return new OptionalBinder(
          Scalars.LONG,
          OptionalLong.empty(),
          value -> OptionalLong.of((long) value),
          value -> ((OptionalLong) value).isPresent() ? ((OptionalLong) value).getAsLong() : null);
    }
    if (type == OptionalDouble.class) {
      return new OptionalBinder(
          Scalars.DOUBLE,
          OptionalDouble.empty(),
          value -> OptionalDouble.of((double) value),
          value ->
              ((OptionalDouble) value).isPresent() ? ((OptionalDouble) value).getAsDouble() : null);
    }
    return null;
  }

  @Override
  Object read(ValueReader in) {
    if (in.peek() == ValueKind.NULL) {
      in.readNull();
      return empty;
    }
    Object value = content.read(in);
    return value == null ? empty : wrap.apply(value);
  }

  @Override
  boolean isPlain() {
    return content.isPlain();
  }

  @Override
  @Nullable Object readPlain(byte[] json, int start, int stop) {
    if (json[start] == 'n') {
      return empty;
    }
    Object value = content.readPlain(json, start, stop);
    return value == null ? null : wrap.apply(value);
  }

  @Override
  void write(ValueWriter out, Object value) {
    Object within = unwrap.apply(value);
    if (within == null) {
      out.nullValue();
    } else {
      content.write(out, within);
    }
  }

  @Override
  Object absent() {
    return empty;
  }

  @Override
  String expected() {
    return content.expected();
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Schemas.orNull(content.schema(schemas));
  }

  @Override
  List<ValueBinder> parts() {
    return List.of(content);
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.json.PlainJson;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binds a record of nothing but scalars, straight from the bytes: what it allocates is the
 * arguments and the record.
 */
final class FlatRecordBinder implements Binder {
  private final List<String> texts;
  private final JsonNames names;
  private final Scalar[] scalars;
  private final boolean[] required;
  private final boolean[] optional;

  /** What stands before each component in an object that is written as our own encoder does it. */
  private final @Nullable JsonLiteral[] before;

  private final MethodHandle constructor;
  private final boolean positional;
  private final boolean refuseUnknownFields;

  /**
   * @param positional whether an array is as good as an object; a null is then no record
   */
  FlatRecordBinder(RecordShape shape, boolean positional, boolean refuseUnknownFields) {
    int size = shape.parts().size();
    this.texts = shape.names();
    this.names = JsonNames.of(texts);
    this.scalars = new Scalar[size];
    this.required = new boolean[size];
    this.optional = new boolean[size];
    this.before = new @Nullable JsonLiteral[size];
    for (int i = 0; i < size; i++) {
      RecordShape.Part part = shape.parts().get(i);
      scalars[i] = Objects.requireNonNull(Scalar.of(part.type()), part.name());
      required[i] = part.required();
      optional[i] = part.type().hasRawClass(Optional.class);
      before[i] = JsonLiteral.beforeMember(part.name(), i == 0);
    }
    this.constructor = handle(shape.constructor());
    this.positional = positional;
    this.refuseUnknownFields = refuseUnknownFields;
  }

  private static MethodHandle handle(Constructor<?> constructor) {
    try {
      constructor.setAccessible(true);
      return MethodHandles.lookup()
          .unreflectConstructor(constructor)
          .asSpreader(Object[].class, constructor.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new IllegalArgumentException(ModuleAccess.closed(constructor.getDeclaringClass()), e);
    }
  }

  @Override
  public @Nullable Object bind(Bytes encoded) {
    @Nullable Object[] arguments = new @Nullable Object[scalars.length];
    byte[] bytes = encoded.array();
    int from = encoded.from();
    int to = encoded.to();
    if (readInOrder(bytes, from, to, arguments)) {
      complete(arguments, false);
      return create(arguments);
    }
    byte[] json = encoded.toByteArray();
    Arrays.fill(arguments, null);
    JsonCursor cursor = Binder.cursor(json);
    JsonKind kind = cursor.peek();
    if (kind == JsonKind.NULL && !positional) {
      return null;
    }
    boolean byPosition = kind == JsonKind.ARRAY;
    if (kind == JsonKind.OBJECT) {
      readObject(cursor, json, arguments);
    } else if (byPosition && positional) {
      readArray(cursor, json, arguments);
    } else {
      throw BindingException.mismatch(
          "", Excerpt.at(json, 0), positional ? "an object or an array" : "an object");
    }
    cursor.expectEnd();
    complete(arguments, byPosition);
    return create(arguments);
  }

  /**
   * The short way, which needs no cursor: all components are there and in their order, so that
   * names are compared and not looked up. It takes a quarter of the time.
   *
   * @return false if it is written otherwise, or wrong: the cursor knows
   */
  private boolean readInOrder(byte[] json, int from, int to, @Nullable Object[] arguments) {
    int p = from;
    for (int i = 0; i < before.length; i++) {
      JsonLiteral literal = before[i];
      int start = literal == null ? PlainJson.OTHER : literal.valueStart(json, p, to);
      int stop = start < 0 ? start : PlainJson.scalarEnd(json, start, to, Limits.DEFAULT);
      Object value = stop < 0 ? null : scalars[i].readPlain(json, start, stop);
      if (value == null) {
        return false;
      }
      arguments[i] = value;
      p = stop;
    }
    int brace = PlainJson.token(json, p, to);
    return p > from && brace == to - 1 && json[brace] == '}';
  }

  private void readObject(JsonCursor cursor, byte[] json, @Nullable Object[] arguments) {
    cursor.beginObject();
    while (cursor.nextName()) {
      int i = cursor.nameIn(names);
      if (i >= 0) {
        arguments[i] = read(i, cursor, json, false);
      } else if (refuseUnknownFields) {
        throw BindingException.mismatch(
            Excerpt.path(cursor.name()), "unknown field", Expected.names(texts));
      } else {
        cursor.skipValue();
      }
    }
  }

  private void readArray(JsonCursor cursor, byte[] json, @Nullable Object[] arguments) {
    cursor.beginArray();
    for (int i = 0; cursor.nextElement(); i++) {
      if (i == arguments.length) {
        throw Positional.tooMany(i);
      }
      arguments[i] = read(i, cursor, json, true);
    }
  }

  private @Nullable Object read(int i, JsonCursor cursor, byte[] json, boolean byPosition) {
    JsonKind kind = cursor.peek();
    int start = cursor.position();
    if (kind == JsonKind.NULL && !required[i]) {
      cursor.readNull();
      return null;
    }
    Object value = kind == JsonKind.NULL ? null : scalars[i].read(cursor, json);
    if (value == null) {
      throw BindingException.mismatch(
          path(i, byPosition), Excerpt.at(json, start), scalars[i].expected());
    }
    return value;
  }

  private void complete(@Nullable Object[] arguments, boolean byPosition) {
    for (int i = 0; i < arguments.length; i++) {
      if (optional[i]) {
        arguments[i] = Optional.ofNullable(arguments[i]);
      } else if (arguments[i] == null && required[i]) {
        throw BindingException.mismatch(path(i, byPosition), "missing", scalars[i].expected());
      }
    }
  }

  private String path(int i, boolean byPosition) {
    return byPosition ? Positional.path(i) : Excerpt.path(texts.get(i));
  }

  private Object create(@Nullable Object[] arguments) {
    try {
      return (Object) constructor.invokeExact(arguments);
    } catch (Throwable e) {
      throw Refusal.of("", e);
    }
  }
}

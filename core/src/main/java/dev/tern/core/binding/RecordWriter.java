package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a class of records is written. */
sealed interface RecordWriter {

  /** Nothing is known here: Jackson does it. */
  enum Rich implements RecordWriter {
    RICH
  }

  /**
   * A record of nothing but scalars.
   *
   * @param holdsRawJson whether one of them was written by somebody else
   */
  record Flat(Class<?> type, List<Part> parts, boolean holdsRawJson) implements RecordWriter {

    /**
     * A record as an object.
     *
     * @throws EncodingException if a component has no JSON form or its accessor throws
     */
    Bytes encode(Object value) {
      @Nullable Object[] values = new @Nullable Object[parts.size()];
      long size = 2;
      for (int i = 0; i < values.length; i++) {
        Part part = parts.get(i);
        values[i] = read(part, value);
        size += part.sizeOf(values[i]);
      }
      JsonWriter out = JsonWriter.inParts(size);
      if (values.length == 0) {
        out.beginObject();
      }
      for (int i = 0; i < values.length; i++) {
        Part part = parts.get(i);
        try {
          part.write(out, values[i]);
        } catch (IllegalArgumentException e) {
          throw failed(part, e);
        }
      }
      return out.endObject().takeBytes();
    }

    private @Nullable Object read(Part part, Object value) {
      try {
        Object read = (@Nullable Object) part.accessor.invokeExact(value);
        return read instanceof Optional<?> optional ? optional.orElse(null) : read;
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        throw failed(part, e);
      }
    }

    private EncodingException failed(Part part, Throwable why) {
      return new EncodingException(type.getName() + "." + part.name + ": " + why.getMessage(), why);
    }
  }

  /**
   * One component of it.
   *
   * @param before what stands before its value, copied in one step; null if that is too long
   * @param required whether it must not be null: the peer's record would refuse it
   */
  record Part(
      JsonName name,
      boolean isFirst,
      @Nullable JsonLiteral before,
      Scalar scalar,
      boolean required,
      MethodHandle accessor) {
    /** Exact for what is plain, else a guess; the brace of the first is counted elsewhere. */
    private long sizeOf(@Nullable Object value) {
      int name = before == null ? name().text().length() + 4 : before.length();
      return (isFirst ? name - 1L : name) + (value == null ? 4 : Scalar.sizeOf(value));
    }

    private void write(JsonWriter out, @Nullable Object value) {
      if (before != null) {
        out.literal(before);
      } else if (isFirst) {
        out.beginObject().name(name);
      } else {
        out.name(name);
      }
      if (value == null) {
        if (required) {
          throw new IllegalArgumentException("null (expected: a value; or Optional, or @Nullable)");
        }
        out.nullValue();
      } else {
        scalar.write(out, value);
      }
    }
  }

  static RecordWriter of(RecordShape shape) {
    if (!shape.isFlat()) {
      return Rich.RICH;
    }
    List<Part> parts = new ArrayList<>();
    for (RecordShape.Part part : shape.parts()) {
      boolean isFirst = parts.isEmpty();
      parts.add(
          new Part(
              JsonName.of(part.name()),
              isFirst,
              JsonLiteral.beforeMember(part.name(), isFirst),
              Objects.requireNonNull(Scalar.of(part.type()), part.name()),
              part.required(),
              handle(part.component().getAccessor())));
    }
    boolean holdsRawJson = parts.stream().anyMatch(part -> part.scalar == Scalar.JSON);
    return new Flat(shape.type().getRawClass(), List.copyOf(parts), holdsRawJson);
  }

  private static MethodHandle handle(Method accessor) {
    try {
      accessor.setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(accessor)
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new EncodingException(ModuleAccess.closed(accessor.getDeclaringClass()), e);
    }
  }
}

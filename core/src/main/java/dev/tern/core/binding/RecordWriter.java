package dev.tern.core.binding;

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

  /** A record of nothing but scalars. */
  record Flat(Class<?> type, List<Part> parts) implements RecordWriter {

    /**
     * Writes a record as an object.
     *
     * @throws EncodingException if a component has no JSON form or its accessor throws
     */
    void write(JsonWriter out, Object value) {
      if (parts.isEmpty()) {
        out.beginObject();
      }
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        try {
          part.write(out, (@Nullable Object) part.accessor.invokeExact(value));
        } catch (Error e) {
          throw e;
        } catch (Throwable e) {
          throw new EncodingException(type.getName() + "." + part.name + ": " + e.getMessage(), e);
        }
      }
      out.endObject();
    }
  }

  /**
   * One component of it.
   *
   * @param before what stands before its value, copied in one step; null if that is too long
   */
  record Part(
      JsonName name,
      boolean isFirst,
      @Nullable JsonLiteral before,
      Scalar scalar,
      MethodHandle accessor) {
    private void write(JsonWriter out, @Nullable Object value) {
      if (before != null) {
        out.literal(before);
      } else if (isFirst) {
        out.beginObject().name(name);
      } else {
        out.name(name);
      }
      Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
      if (present == null) {
        out.nullValue();
      } else {
        scalar.write(out, present);
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
              handle(part.component().getAccessor())));
    }
    return new Flat(shape.type().getRawClass(), List.copyOf(parts));
  }

  private static MethodHandle handle(Method accessor) {
    try {
      accessor.setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(accessor)
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new EncodingException(Access.closed(accessor.getDeclaringClass()), e);
    }
  }
}

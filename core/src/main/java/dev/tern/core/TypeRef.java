package dev.tern.core;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Java type with its type arguments, which a {@code Class} cannot say: {@code new
 * TypeRef<List<String>>() {}}, or {@code TypeRef.of(Add.class)}. Immutable; equal if the types are.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T extends @Nullable Object> {
  private final Type type;

  /**
   * Captures the type argument of the anonymous subclass that calls this.
   *
   * @throws IllegalArgumentException if the subclass gives no type argument
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)
        || parent.getRawType() != TypeRef.class) {
      throw new IllegalArgumentException(
          "type: none (expected: a type argument, as in new TypeRef<List<String>>() {})");
    }
    type = parent.getActualTypeArguments()[0];
  }

  private TypeRef(Type type) {
    this.type = type;
  }

  /** A class, which has no type arguments. */
  public static <T> TypeRef<T> of(Class<T> type) {
    return new TypeRef<>(type) {};
  }

  /** Any type, found by reflection; the caller answers for {@code T}. */
  public static TypeRef<?> of(Type type) {
    return new TypeRef<>(type) {};
  }

  /** The captured type. */
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof TypeRef<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}

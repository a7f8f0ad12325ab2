package dev.tern.core.binding.type;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which values may be absent or null: those of an {@code Optional} type, and those that carry an
 * annotation named {@code Nullable}, whoever's it is.
 */
public final class Nullability {
  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private Nullability() {}

  public static boolean isOptionalType(Class<?> type) {
    return OPTIONALS.contains(type);
  }

  /**
   * Whether no record can be made without this component.
   *
   * @param type the component's class, a type variable replaced
   */
  public static boolean isRequired(RecordComponent component, Class<?> type) {
    return !isOptionalType(type)
        && !isNullable(component)
        && !isNullable(component.getAnnotatedType())
        && !isNullable(component.getAccessor())
        && !isNullable(field(component));
  }

  /** Whether the elements of a list, an array or a map of these must not be null. */
  public static boolean isContentRequired(AnnotatedType content) {
    Type type =
        content.getType() instanceof ParameterizedType p ? p.getRawType() : content.getType();
    boolean isArray = content instanceof AnnotatedArrayType;
    return (isArray
            || (type instanceof Class<?> raw
                && raw != Object.class
                && !isOptionalType(raw)
                && !raw.getName().startsWith("tools.jackson.")))
        && !isNullable(content);
  }

  private static boolean isNullable(AnnotatedElement element) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation.annotationType().getSimpleName().equals("Nullable")) {
        return true;
      }
    }
    return false;
  }

  private static AnnotatedElement field(RecordComponent component) {
    try {
      return component.getDeclaringRecord().getDeclaredField(component.getName());
    } catch (NoSuchFieldException e) {
      throw new AssertionError("a record has a field for each component", e);
    }
  }
}

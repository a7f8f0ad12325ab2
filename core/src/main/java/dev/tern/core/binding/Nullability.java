package dev.tern.core.binding;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Which values may be absent or null: those of an {@code Optional} type, and those that carry an
 * annotation named {@code Nullable}, whoever's it is.
 */
final class Nullability {
  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private Nullability() {}

  static boolean isOptionalType(Class<?> type) {
    return OPTIONALS.contains(type);
  }

  /**
   * Whether no record can be made without this component.
   *
   * @param type the component's class, a type variable replaced
   */
  static boolean isRequired(RecordComponent component, Class<?> type) {
    return !isOptionalType(type)
        && !isNullable(component)
        && !isNullable(component.getAnnotatedType())
        && !isNullable(component.getAccessor())
        && !isNullable(field(component));
  }

  /** Whether the elements of a list, array or map component must not be null. */
  static boolean areContentsRequired(RecordComponent component) {
    AnnotatedType[] contents =
        switch (component.getAnnotatedType()) {
          case AnnotatedArrayType array ->
              new AnnotatedType[] {array.getAnnotatedGenericComponentType()};
          case AnnotatedParameterizedType generic -> generic.getAnnotatedActualTypeArguments();
          default -> new AnnotatedType[0];
        };
    if (contents.length == 0) {
      return false;
    }
    AnnotatedType content = contents[contents.length - 1];
    Type type =
        content.getType() instanceof ParameterizedType p ? p.getRawType() : content.getType();
    return type instanceof Class<?> raw
        && raw != Object.class
        && !isOptionalType(raw)
        && !JsonNode.class.isAssignableFrom(raw)
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

package dev.tern.core.binding;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
    AnnotatedType content = contentOf(component.getAnnotatedType());
    return content != null && isContentRequired(content);
  }

  /**
   * What finds a null where none may be in the value of a component: in a list, array, map or
   * optional, or in one within that.
   */
  static Predicate<@Nullable Object> forbiddenNull(AnnotatedType type) {
    AnnotatedType content = contentOf(type);
    if (content == null) {
      return _ -> false;
    }
    boolean required = isContentRequired(content);
    Predicate<@Nullable Object> within = forbiddenNull(content);
    return value -> contentsOf(value).anyMatch(one -> one == null ? required : within.test(one));
  }

  private static Stream<? extends @Nullable Object> contentsOf(@Nullable Object value) {
    return switch (value) {
      case Collection<?> all -> all.stream();
      case Map<?, ?> map -> map.values().stream();
      case Object[] array -> Arrays.stream(array);
      case Optional<?> optional -> optional.stream();
      case null, default -> Stream.empty();
    };
  }

  /** The type of the elements, or of a map's values; null for what has none. */
  private static @Nullable AnnotatedType contentOf(AnnotatedType type) {
    return switch (type) {
      case AnnotatedArrayType array -> array.getAnnotatedGenericComponentType();
      case AnnotatedParameterizedType generic -> {
        AnnotatedType[] all = generic.getAnnotatedActualTypeArguments();
        yield all[all.length - 1];
      }
      default -> null;
    };
  }

  private static boolean isContentRequired(AnnotatedType content) {
    Type type =
        content.getType() instanceof ParameterizedType p ? p.getRawType() : content.getType();
    boolean isArray = content instanceof AnnotatedArrayType;
    return (isArray
            || (type instanceof Class<?> raw
                && raw != Object.class
                && !isOptionalType(raw)
                && !JsonNode.class.isAssignableFrom(raw)))
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

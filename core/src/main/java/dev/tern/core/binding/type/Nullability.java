package dev.tern.core.binding.type;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which values may be absent or null: those of an {@code Optional} type, and those that carry an
 * annotation named {@code Nullable}, whoever's it is, and be it in the class file alone.
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
        && !isNullable(component.getAccessor())
        && !isNullable(component.getAccessor().getAnnotatedReturnType())
        && !isNullable(field(component))
        && !isNullable(parameter(component))
        && !isNullable(parameter(component).getAnnotatedType())
        && !isNullable(TypePlace.of(component));
  }

  /** Whether the elements of a list, an array or a map of these must not be null. */
  public static boolean isContentRequired(TypePlace content) {
    Type declared = content.type().getType();
    Type type = declared instanceof ParameterizedType p ? p.getRawType() : declared;
    boolean isArray = content.type() instanceof AnnotatedArrayType;
    return (isArray
            || (type instanceof Class<?> raw
                && raw != Object.class
                && !isOptionalType(raw)
                && !raw.getName().startsWith("tools.jackson.")))
        && !isNullable(content);
  }

  private static boolean isNullable(TypePlace place) {
    return isNullable(place.type()) || UnseenNullables.of(place.owner()).contains(place.place());
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

  /** What the canonical constructor takes for it. */
  private static Parameter parameter(RecordComponent component) {
    RecordComponent[] all = component.getDeclaringRecord().getRecordComponents();
    Class<?>[] types = Stream.of(all).map(RecordComponent::getType).toArray(Class<?>[]::new);
    List<String> names = Stream.of(all).map(RecordComponent::getName).toList();
    try {
      return component
          .getDeclaringRecord()
          .getDeclaredConstructor(types)
          .getParameters()[names.indexOf(component.getName())];
    } catch (NoSuchMethodException e) {
      throw new AssertionError("a record has a canonical constructor", e);
    }
  }
}

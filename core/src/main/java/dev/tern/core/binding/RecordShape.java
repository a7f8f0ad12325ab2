package dev.tern.core.binding;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * What a record looks like on the wire.
 *
 * @param type the record with its type arguments
 * @param parts its components, in order
 */
record RecordShape(JavaType type, List<Part> parts) {

  /**
   * One component.
   *
   * @param name its key in a JSON object
   * @param type its type, type variables replaced
   * @param required whether it must be there and not null
   */
  record Part(String name, JavaType type, boolean required, RecordComponent component) {}

  static RecordShape of(JavaType type, TypeFactory types) {
    List<Part> parts = new ArrayList<>();
    for (RecordComponent component : type.getRawClass().getRecordComponents()) {
      JavaType part = types.resolveMemberType(component.getGenericType(), type.getBindings());
      boolean required = Nullability.isRequired(component, part.getRawClass());
      parts.add(new Part(nameOf(component), part, required, component));
    }
    return new RecordShape(type, List.copyOf(parts));
  }

  List<String> names() {
    return parts.stream().map(Part::name).toList();
  }

  /** Nothing but scalars and no wish to be treated otherwise: Jackson is not needed for it. */
  boolean isFlat() {
    return parts.stream().allMatch(part -> Scalar.of(part.type()) != null)
        && !isCustomized(type.getRawClass());
  }

  /** The canonical constructor. */
  Constructor<?> constructor() {
    Class<?>[] arguments =
        parts.stream().map(part -> part.component().getType()).toArray(Class<?>[]::new);
    try {
      return type.getRawClass().getDeclaredConstructor(arguments);
    } catch (NoSuchMethodException e) {
      throw new AssertionError("a record has a canonical constructor", e);
    }
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    return property == null || property.value().isEmpty() ? component.getName() : property.value();
  }

  /** Whether an annotation of Jackson's stands anywhere on the class. */
  private static boolean isCustomized(Class<?> type) {
    Stream<AnnotatedElement> executables =
        Stream.concat(
                Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
            .flatMap(one -> Stream.concat(Stream.of(one), Stream.of(one.getParameters())));
    Stream<AnnotatedElement> others =
        Stream.concat(Stream.of(type), Stream.of(type.getDeclaredFields()));
    return Stream.concat(executables, others).anyMatch(RecordShape::hasJacksonAnnotation);
  }

  private static boolean hasJacksonAnnotation(AnnotatedElement element) {
    for (Annotation annotation : element.getAnnotations()) {
      String name = annotation.annotationType().getName();
      if (name.startsWith("com.fasterxml.jackson.") || name.startsWith("tools.jackson.")) {
        return true;
      }
    }
    return false;
  }
}

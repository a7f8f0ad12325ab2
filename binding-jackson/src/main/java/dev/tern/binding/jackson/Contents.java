package dev.tern.binding.jackson;

import dev.tern.core.binding.type.Nullability;
import dev.tern.core.binding.type.TypePlace;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which elements of the component of a record must not be null. */
final class Contents {
  private Contents() {}

  /** Whether the elements of a list, array or map component must not be null. */
  static boolean areRequired(RecordComponent component) {
    TypePlace content = of(TypePlace.of(component));
    return content != null && Nullability.isContentRequired(content);
  }

  /**
   * What finds a null where none may be in the value of a component: in a list, array, map or
   * optional, or in one within that.
   */
  static Predicate<@Nullable Object> forbiddenNull(TypePlace type) {
    TypePlace content = of(type);
    if (content == null) {
      return _ -> false;
    }
    boolean required = Nullability.isContentRequired(content);
    Predicate<@Nullable Object> within = forbiddenNull(content);
    return value -> all(value).anyMatch(one -> one == null ? required : within.test(one));
  }

  private static Stream<? extends @Nullable Object> all(@Nullable Object value) {
    return switch (value) {
      case Collection<?> all -> all.stream();
      case Map<?, ?> map -> map.values().stream();
      case Object[] array -> Arrays.stream(array);
      case Optional<?> optional -> optional.stream();
      case null, default -> Stream.empty();
    };
  }

  /** The type of the elements, or of a map's values; null for what has none. */
  private static @Nullable TypePlace of(TypePlace type) {
    List<TypePlace> parts = type.parts();
    return parts.isEmpty() ? null : parts.getLast();
  }
}

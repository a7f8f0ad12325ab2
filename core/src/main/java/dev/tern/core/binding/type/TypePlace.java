package dev.tern.core.binding.type;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * A type where it stands in a record: that of a component, or of what such a type holds.
 *
 * @param type what reflection shows of it
 * @param owner the record
 * @param place where it stands: the name of the component; {@code []} behind a place are the
 *     elements of an array, {@code <0>} is the first argument of a type
 */
public record TypePlace(AnnotatedType type, Class<?> owner, String place) {

  /** The type of a component. */
  public static TypePlace of(RecordComponent component) {
    return new TypePlace(
        component.getAnnotatedType(), component.getDeclaringRecord(), component.getName());
  }

  /** What it holds: the elements of an array, the arguments of a generic type; else nothing. */
  public List<TypePlace> parts() {
    return switch (type) {
      case AnnotatedArrayType array ->
          List.of(new TypePlace(array.getAnnotatedGenericComponentType(), owner, element(place)));
      case AnnotatedParameterizedType generic -> {
        List<TypePlace> arguments = new ArrayList<>();
        for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
          arguments.add(new TypePlace(argument, owner, argument(place, arguments.size())));
        }
        yield arguments;
      }
      default -> List.of();
    };
  }

  static String element(String place) {
    return place + "[]";
  }

  static String argument(String place, int index) {
    return place + "<" + index + ">";
  }
}

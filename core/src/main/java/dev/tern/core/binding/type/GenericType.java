package dev.tern.core.binding.type;

import dev.tern.protocol.Limits;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Java type without variables and wildcards: a variable is what it stands for, a wildcard its
 * upper bound.
 *
 * @param raw its class
 * @param arguments its type arguments; of an array, its component
 * @param isRequired whether it is the type of elements that must not be null
 */
public record GenericType(Class<?> raw, List<GenericType> arguments, boolean isRequired)
    implements ParameterizedType {
  public static final GenericType OBJECT = new GenericType(Object.class, List.of(), false);

  /** A type of more parts is one that holds itself with other arguments, and never ends. */
  private static final int MAX_PARTS = 4 * Limits.DEFAULT.get(Limits.Bound.DEPTH);

  /** A type as a user writes it. Nobody says of its parts that they must not be null. */
  public static GenericType of(Type type) {
    return type instanceof GenericType known ? known : of(type, Map.of());
  }

  private static GenericType of(Type type, Map<TypeVariable<?>, GenericType> bound) {
    return switch (type) {
      case Class<?> array when array.isArray() ->
          new GenericType(array, List.of(of(array.getComponentType(), bound)), false);
      case Class<?> raw -> new GenericType(raw, argumentsOf(raw), false);
      case ParameterizedType generic ->
          new GenericType(
              (Class<?>) generic.getRawType(),
              Arrays.stream(generic.getActualTypeArguments()).map(one -> of(one, bound)).toList(),
              false);
      case GenericArrayType array -> arrayOf(of(array.getGenericComponentType(), bound), false);
      case TypeVariable<?> variable -> {
        GenericType known = bound.get(variable);
        yield known == null ? erased(variable.getBounds()[0]) : known;
      }
      case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], bound);
      default -> throw new IllegalArgumentException(type + ": no type of Java's own");
    };
  }

  private static GenericType arrayOf(GenericType component, boolean isRequired) {
    return new GenericType(component.raw.arrayType(), List.of(component), isRequired);
  }

  /** What the arguments may be of a class that is named without any. */
  private static List<GenericType> argumentsOf(Class<?> raw) {
    return Arrays.stream(raw.getTypeParameters()).map(one -> erased(one.getBounds()[0])).toList();
  }

  private static GenericType erased(Type bound) {
    return switch (bound) {
      case Class<?> raw -> new GenericType(raw, objects(raw), false);
      case ParameterizedType generic -> {
        Class<?> raw = (Class<?>) generic.getRawType();
        yield new GenericType(raw, objects(raw), false);
      }
      default -> OBJECT;
    };
  }

  private static List<GenericType> objects(Class<?> raw) {
    return Arrays.stream(raw.getTypeParameters()).map(_ -> OBJECT).toList();
  }

  /**
   * The type of a record's component, with what its annotations say of its contents.
   *
   * @param owner the record
   */
  public static GenericType of(RecordComponent component, GenericType owner) {
    return placed(TypePlace.of(component), owner.bindings(), false);
  }

  private static GenericType placed(
      TypePlace place, Map<TypeVariable<?>, GenericType> bound, boolean isRequired) {
    return switch (place.type()) {
      case AnnotatedArrayType _ -> arrayOf(content(place.parts().getFirst(), bound), isRequired);
      case AnnotatedParameterizedType generic -> {
        Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
        List<GenericType> arguments =
            place.parts().stream().map(argument -> content(argument, bound)).toList();
        yield new GenericType(raw, arguments, isRequired);
      }
      default -> {
        GenericType plain = of(place.type().getType(), bound);
        yield plain.isRequired == isRequired
            ? plain
            : new GenericType(plain.raw, plain.arguments, isRequired);
      }
    };
  }

  private static GenericType content(TypePlace place, Map<TypeVariable<?>, GenericType> bound) {
    return placed(place, bound, Nullability.isContentRequired(place));
  }

  /** What the variables of its class stand for. */
  private Map<TypeVariable<?>, GenericType> bindings() {
    Map<TypeVariable<?>, GenericType> bindings = new HashMap<>();
    TypeVariable<?>[] variables = raw.getTypeParameters();
    for (int i = 0; i < variables.length && i < arguments.size(); i++) {
      bindings.put(variables[i], arguments.get(i));
    }
    return bindings;
  }

  /** As what it extends or implements; null if it does not. */
  public @Nullable GenericType as(Class<?> wanted) {
    if (raw == wanted) {
      return this;
    }
    List<Type> above = new ArrayList<>(Arrays.asList(raw.getGenericInterfaces()));
    if (raw.getGenericSuperclass() != null) {
      above.add(raw.getGenericSuperclass());
    }
    for (Type one : above) {
      GenericType found = of(one, bindings()).as(wanted);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** A class that extends or implements this directly, with the arguments that follow from it. */
  public GenericType below(Class<?> sub) {
    List<Type> above = new ArrayList<>(Arrays.asList(sub.getGenericInterfaces()));
    if (sub.getGenericSuperclass() != null) {
      above.add(sub.getGenericSuperclass());
    }
    Map<TypeVariable<?>, GenericType> bound = new HashMap<>();
    for (Type one : above) {
      if (one instanceof ParameterizedType generic && generic.getRawType() == raw) {
        Type[] variables = generic.getActualTypeArguments();
        for (int i = 0; i < variables.length; i++) {
          if (variables[i] instanceof TypeVariable<?> variable) {
            bound.put(variable, arguments.get(i));
          }
        }
      }
    }
    List<GenericType> all = new ArrayList<>();
    for (TypeVariable<?> variable : sub.getTypeParameters()) {
      GenericType known = bound.get(variable);
      all.add(known == null ? erased(variable.getBounds()[0]) : known);
    }
    return new GenericType(sub, List.copyOf(all), false);
  }

  /** Without what is said of it where it stands. */
  public GenericType itself() {
    return isRequired ? new GenericType(raw, arguments, false) : this;
  }

  /** Its only argument, or its last. */
  public GenericType content() {
    return arguments.getLast();
  }

  /** Whether it has more parts than any that ends. */
  public boolean isEndless() {
    return parts() > MAX_PARTS;
  }

  private int parts() {
    int parts = 1;
    for (GenericType argument : arguments) {
      parts += argument.parts();
    }
    return parts;
  }

  /** For those who take any type: without arguments a class. */
  public Type toType() {
    if (raw.isArray()) {
      Type component = content().toType();
      return component instanceof Class<?> ? raw : (GenericArrayType) () -> component;
    }
    return arguments.isEmpty() ? raw : this;
  }

  @Override
  public Type[] getActualTypeArguments() {
    return arguments.stream().map(GenericType::toType).toArray(Type[]::new);
  }

  @Override
  public Type getRawType() {
    return raw;
  }

  @Override
  public @Nullable Type getOwnerType() {
    return raw.getDeclaringClass();
  }

  @Override
  public String getTypeName() {
    return toString();
  }

  @Override
  public String toString() {
    return arguments.isEmpty() || raw.isArray()
        ? raw.getTypeName()
        : arguments.stream()
            .map(GenericType::toString)
            .collect(Collectors.joining(", ", raw.getTypeName() + "<", ">"));
  }
}

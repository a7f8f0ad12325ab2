package dev.tern.binding.jackson;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** Jackson's types as Java's own. */
final class Types {
  private Types() {}

  static Type of(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (type.isArrayType()) {
      Type component = of(type.getContentType());
      return component instanceof Class<?> ? raw : (GenericArrayType) () -> component;
    }
    List<Type> arguments = new ArrayList<>();
    for (JavaType argument : type.getBindings().getTypeParameters()) {
      arguments.add(of(argument));
    }
    return arguments.isEmpty() ? raw : new Generic(raw, List.copyOf(arguments));
  }

  /** The records in a type: itself, or what a container of it holds, at all depths. */
  static List<JavaType> records(JavaType type) {
    JavaType content = type.isReferenceType() ? type.getReferencedType() : type.getContentType();
    if (content != null) {
      return records(content);
    }
    return type.isRecordType() ? List.of(type) : List.of();
  }

  private record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }
  }
}

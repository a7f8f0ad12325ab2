package dev.tern.core.binding;

import dev.tern.contract.Unknown;
import dev.tern.core.binding.type.SerialNames;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binds the constants of an enum by their names. */
final class EnumBinder extends ValueBinder {
  private final Class<?> type;
  private final Enum<?>[] constants;
  private final List<String> texts;
  private final Names names;

  /** What an unknown text stands for; null for nothing. */
  private final @Nullable Enum<?> unknown;

  /**
   * @throws IllegalArgumentException if two constants have one text, or two are for what is unknown
   */
  EnumBinder(Class<?> type) {
    this.type = type;
    this.constants = (Enum<?>[]) type.getEnumConstants();
    this.texts =
        Arrays.stream(constants).map(one -> SerialNames.of(field(one), one.name())).toList();
    this.names = Names.of(texts);
    List<Enum<?>> marked =
        Arrays.stream(constants)
            .filter(one -> field(one).isAnnotationPresent(Unknown.class))
            .toList();
    if (marked.size() > 1) {
      throw new IllegalArgumentException("two constants for what is unknown: " + marked);
    }
    this.unknown = marked.isEmpty() ? null : marked.getFirst();
  }

  private Field field(Enum<?> constant) {
    try {
      return type.getField(constant.name());
    } catch (NoSuchFieldException e) {
      throw new AssertionError("a constant is a field", e);
    }
  }

  @Override
  Object read(ValueReader in) {
    if (in.peek() == ValueKind.STRING) {
      int i = in.readString(names);
      if (i >= 0) {
        return constants[i];
      }
      if (unknown != null) {
        return unknown;
      }
    }
    throw mismatch(in);
  }

  @Override
  void write(ValueWriter out, Object value) {
    out.value(toName(value));
  }

  @Override
  String expected() {
    return Schemas.oneOf(texts);
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return schemas.define(
        this, type.getSimpleName(), () -> Schemas.ordered("type", "string", "enum", texts));
  }

  boolean isEmpty() {
    return constants.length == 0;
  }

  @Override
  boolean isKey() {
    return true;
  }

  @Override
  Object fromName(String name) {
    int i = texts.indexOf(name);
    if (i < 0 && unknown == null) {
      throw new IllegalArgumentException(name);
    }
    return i < 0 ? Objects.requireNonNull(unknown) : constants[i];
  }

  @Override
  @SuppressWarnings("EnumOrdinal") // an index into what was made of the constants in order
  String toName(Object value) {
    return texts.get(((Enum<?>) value).ordinal());
  }
}

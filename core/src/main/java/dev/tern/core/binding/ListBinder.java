package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds a collection: values in order. */
final class ListBinder extends ValueBinder {
  private final Class<?> type;
  private final ValueBinder element;
  private final boolean isRequired;

  /** Null for those that are written only. */
  private final Containers.@Nullable Maker<Collection<Object>> maker;

  /**
   * @param isRequired whether no element may be null
   */
  ListBinder(
      Class<?> type,
      ValueBinder element,
      boolean isRequired,
      Containers.@Nullable Maker<Collection<Object>> maker) {
    this.type = type;
    this.element = element;
    this.isRequired = isRequired;
    this.maker = maker;
  }

  @Override
  Object read(ValueReader in) {
    List<@Nullable Object> all = elements(in, this, element, isRequired);
    return maker == null ? all : maker.make(all.size(), made -> made.addAll(all), all);
  }

  /** The elements of the array that comes next. */
  static List<@Nullable Object> elements(
      ValueReader in, ValueBinder whole, ValueBinder element, boolean isRequired) {
    begin(in, whole);
    List<@Nullable Object> all = new ArrayList<>();
    try {
      while (in.nextElement()) {
        in.willMake();
        all.add(isRequired ? element.read(in) : element.readOrNull(in));
      }
    } catch (BindingException e) {
      throw e.under(Excerpt.element(all.size()));
    }
    return all;
  }

  /** Enters the array that comes next. */
  static void begin(ValueReader in, ValueBinder whole) {
    if (in.peek() != ValueKind.ARRAY) {
      throw whole.mismatch(in);
    }
    in.beginArray();
  }

  @Override
  void write(ValueWriter out, Object value) {
    Collection<?> all = (Collection<?>) value;
    out.beginArray(all.size());
    int i = 0;
    try {
      for (Object one : all) {
        write(out, one, element, isRequired);
        i++;
      }
    } catch (RuntimeException e) {
      throw EncodingException.under(Excerpt.element(i), e);
    }
    out.endArray();
  }

  /** Writes a part of a value. */
  static void write(
      ValueWriter out, @Nullable Object part, ValueBinder binder, boolean isRequired) {
    if (part != null) {
      binder.write(out, part);
    } else if (isRequired) {
      throw new EncodingException("null (expected: a value; or Optional, or @Nullable)", null);
    } else {
      out.nullValue();
    }
  }

  @Override
  String expected() {
    return "an array";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Schemas.ordered("type", "array", "items", element.schema(schemas));
  }

  @Override
  List<ValueBinder> parts() {
    return List.of(element);
  }

  @Override
  @Nullable String problem() {
    return maker == null ? Containers.noneCanBeMade(type) : null;
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

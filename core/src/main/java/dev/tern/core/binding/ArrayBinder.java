package dev.tern.core.binding;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds an array of Java's, but for bytes. */
final class ArrayBinder extends ValueBinder {
  private final Class<?> component;
  private final ValueBinder element;
  private final boolean isRequired;

  /** Of an array of a primitive type; else null. */
  private final @Nullable PrimitiveArrays<?> primitives;

  /**
   * @param isRequired whether no element may be null
   */
  ArrayBinder(Class<?> component, ValueBinder element, boolean isRequired) {
    this.component = component;
    this.element = element;
    this.isRequired = isRequired;
    this.primitives = PrimitiveArrays.of(component);
  }

  @Override
  Object read(ValueReader in) {
    if (primitives != null) {
      ListBinder.begin(in, this);
      return primitives.read(in);
    }
    List<@Nullable Object> all = ListBinder.elements(in, this, element, isRequired);
    return all.toArray((@Nullable Object[]) Array.newInstance(component, all.size()));
  }

  @Override
  void write(ValueWriter out, Object array) {
    out.beginArray(Array.getLength(array));
    if (primitives != null) {
      primitives.write(out, array);
    } else {
      write(out, (@Nullable Object[]) array);
    }
    out.endArray();
  }

  private void write(ValueWriter out, @Nullable Object[] all) {
    for (int i = 0; i < all.length; i++) {
      try {
        ListBinder.write(out, all[i], element, isRequired);
      } catch (RuntimeException e) {
        throw EncodingException.under(Excerpt.element(i), e);
      }
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
  boolean mayBeParams() {
    return true;
  }
}

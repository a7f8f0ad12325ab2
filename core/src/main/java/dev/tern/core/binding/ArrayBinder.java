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

  /**
   * @param isRequired whether no element may be null
   */
  ArrayBinder(Class<?> component, ValueBinder element, boolean isRequired) {
    this.component = component;
    this.element = element;
    this.isRequired = isRequired || component.isPrimitive();
  }

  @Override
  Object read(ValueReader in) {
    List<@Nullable Object> all = ListBinder.elements(in, this, element, isRequired);
    Object array = Array.newInstance(component, all.size());
    if (array instanceof Object[] objects) {
      return all.toArray(objects);
    }
    for (int i = 0; i < all.size(); i++) {
      Array.set(array, i, all.get(i));
    }
    return array;
  }

  @Override
  void write(ValueWriter out, Object array) {
    int length = Array.getLength(array);
    out.beginArray(length);
    for (int i = 0; i < length; i++) {
      try {
        ListBinder.write(out, Array.get(array, i), element, isRequired);
      } catch (RuntimeException e) {
        throw EncodingException.under(Excerpt.element(i), e);
      }
    }
    out.endArray();
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

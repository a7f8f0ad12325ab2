package dev.tern.core.binding;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds what is declared as anything: plain data is read, such as a map, a list, a text, a long; a
 * value is written as what it is.
 */
final class AnyBinder extends ValueBinder {
  private final Binders binders;
  private final ListBinder list;
  private final MapBinder map;

  /**
   * @param binders knows how a value is written
   */
  AnyBinder(Binders binders) {
    this.binders = binders;
    this.list = new ListBinder(List.class, this, false, null);
    this.map = new MapBinder(Map.class, Scalars.STRING, this, false, null);
  }

  @Override
  @Nullable Object read(ValueReader in) {
    return switch (in.peek()) {
      case OBJECT -> map.read(in);
      case ARRAY -> list.read(in);
      case STRING -> in.readString();
      case NUMBER -> Scalars.NUMBER.read(in);
      case BOOLEAN -> in.readBoolean();
      case BINARY -> in.readBinary();
      case NULL -> {
        in.readNull();
        yield null;
      }
    };
  }

  @Override
  void write(ValueWriter out, Object value) {
    binders.of(value).write(out, value);
  }

  @Override
  String expected() {
    return "a value";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Map.of();
  }

  @Override
  boolean mayBeParams() {
    return true;
  }

  @Override
  boolean isKey() {
    return true;
  }

  @Override
  Object fromName(String name) {
    return name;
  }

  @Override
  String toName(Object value) {
    ValueBinder binder = binders.of(value);
    if (!binder.isKey()) {
      throw new EncodingException(
          value.getClass().getName() + ": no name of an object (expected: a text, a number)", null);
    }
    return binder.toName(value);
  }
}

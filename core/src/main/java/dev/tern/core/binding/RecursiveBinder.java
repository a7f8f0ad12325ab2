package dev.tern.core.binding;

import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stands for the binder of a type within that type, while it is not made yet and afterwards. */
final class RecursiveBinder extends ValueBinder {
  /** Set once, before anybody else sees this. */
  private @Nullable ValueBinder target;

  void become(ValueBinder made) {
    target = made;
  }

  ValueBinder target() {
    return Objects.requireNonNull(target);
  }

  @Override
  @Nullable Object read(ValueReader in) {
    return target().read(in);
  }

  @Override
  void write(ValueWriter out, Object value) {
    target().write(out, value);
  }

  @Override
  String expected() {
    return target().expected();
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return target().schema(schemas);
  }

  @Override
  List<ValueBinder> parts() {
    return List.of(target());
  }
}

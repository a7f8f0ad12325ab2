package dev.tern.core.binding;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds what has no value: null. */
final class VoidBinder extends ValueBinder {
  static final VoidBinder VOID = new VoidBinder();

  private VoidBinder() {}

  @Override
  @Nullable Object read(ValueReader in) {
    if (in.peek() != ValueKind.NULL) {
      throw mismatch(in);
    }
    in.readNull();
    return null;
  }

  @Override
  void write(ValueWriter out, Object value) {
    throw new EncodingException(value.getClass().getName() + " (expected: null)", null);
  }

  @Override
  String expected() {
    return "null";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Map.of("type", "null");
  }
}

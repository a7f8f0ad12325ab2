package dev.tern.core.binding;

import dev.tern.core.EncodedJson;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leaves a value as the bytes that it came in. */
final class EncodedJsonBinder extends ValueBinder {
  static final EncodedJsonBinder ENCODED = new EncodedJsonBinder();

  private EncodedJsonBinder() {}

  @Override
  @Nullable Object read(ValueReader in) {
    if (in.peek() == ValueKind.NULL) {
      throw mismatch(in);
    }
    try {
      return new EncodedJson(JsonEncoding.read(in).toByteArray());
    } catch (IllegalArgumentException e) {
      throw mismatch(in); // a name or a number in it is too long
    }
  }

  @Override
  void write(ValueWriter out, Object value) {
    out.json(Bytes.of(((EncodedJson) value).bytes()));
  }

  @Override
  String expected() {
    return "a value without overlong names and numbers";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Map.of();
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

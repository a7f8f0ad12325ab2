package dev.tern.core.binding;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
import org.jspecify.annotations.Nullable;

/** Binds a text that is one number, string or boolean. */
record ScalarBinder(Scalar scalar, boolean nullable) implements Binder {

  @Override
  public @Nullable Object bind(byte[] json) {
    JsonCursor cursor = Binder.cursor(json);
    boolean isNull = cursor.peek() == JsonKind.NULL;
    if (isNull && nullable) {
      return null;
    }
    Object value = isNull ? null : scalar.read(cursor, json);
    if (value == null) {
      throw BindingException.mismatch("", Found.at(json, 0), scalar.expected());
    }
    cursor.expectEnd();
    return value;
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.json.JsonKind;
import org.jspecify.annotations.Nullable;

/** Binds a text that is one number, string or boolean. */
record ScalarBinder(Scalar scalar, boolean nullable) implements Binder {

  @Override
  public @Nullable Object bind(byte[] json) {
    Scratch scratch = Scratch.take();
    try {
      scratch.cursor.resetTrusted(json, 0, json.length);
      if (nullable && scratch.cursor.peek() == JsonKind.NULL) {
        return null;
      }
      Object value =
          scratch.cursor.peek() == JsonKind.NULL ? null : scalar.read(scratch.cursor, json);
      if (value == null) {
        throw BindingException.mismatch("", Found.at(json, 0), scalar.expected());
      }
      scratch.cursor.expectEnd();
      return value;
    } finally {
      scratch.giveBack();
    }
  }
}

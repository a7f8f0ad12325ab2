package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.PlainJson;
import org.jspecify.annotations.Nullable;

/** Binds a text that is one number, string or boolean. */
record ScalarBinder(Scalar scalar, boolean nullable) implements Binder {

  @Override
  public @Nullable Object bind(Bytes encoded) {
    Object plain = readPlain(encoded.array(), encoded.from(), encoded.to());
    if (plain != null) {
      return plain;
    }
    byte[] json = encoded.toByteArray();
    JsonCursor cursor = Binder.cursor(json);
    boolean isNull = cursor.peek() == JsonKind.NULL;
    if (isNull && nullable) {
      return null;
    }
    Object value = isNull ? null : scalar.read(cursor, json);
    if (value == null) {
      throw BindingException.mismatch("", Excerpt.at(json, 0), scalar.expected());
    }
    cursor.expectEnd();
    return value;
  }

  /** The short way, which needs no cursor; null if the text is written otherwise, or wrong. */
  private @Nullable Object readPlain(byte[] json, int from, int to) {
    if (from == to) {
      return null;
    }
    // An integer is only plain if something follows; here that is the end.
    int end = json[from] == '"' ? to : to + 1;
    int stop = PlainJson.scalarEnd(json, from, end, Limits.DEFAULT);
    return stop == to ? scalar.readPlain(json, from, stop) : null;
  }
}

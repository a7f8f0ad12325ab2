package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import org.jspecify.annotations.Nullable;

/** Makes a Java value of one type out of a validated JSON text. For many threads. */
sealed interface Binder permits FlatRecordBinder, JacksonBinder, ScalarBinder {

  /**
   * The value; null only for a JSON null where the type allows one.
   *
   * @throws BindingException if the text does not fit the type; what a constructor throws that is
   *     no refusal passes through
   * @throws dev.tern.protocol.json.JsonException if nobody validated the text, and it is no JSON
   */
  @Nullable Object bind(Bytes json);

  /** A cursor at a text that was validated when its message was read. */
  static JsonCursor cursor(byte[] json) {
    JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
    cursor.resetTrusted(json, 0, json.length);
    return cursor;
  }
}

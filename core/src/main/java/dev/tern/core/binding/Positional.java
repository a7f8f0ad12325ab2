package dev.tern.core.binding;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonWriter;
import java.util.List;

/** Params by position, where a record is meant. */
final class Positional {
  private Positional() {}

  static String path(int index) {
    return "[" + index + "]";
  }

  static BindingException tooMany(int expected) {
    String what =
        switch (expected) {
          case 0 -> "no parameters";
          case 1 -> "1 parameter";
          default -> "at most " + expected + " parameters";
        };
    return BindingException.mismatch(path(expected), "one parameter too many", what);
  }

  static boolean isArray(byte[] json) {
    return Binder.cursor(json).peek() == JsonKind.ARRAY;
  }

  /** The params by name, in the order of the record. */
  static byte[] byName(byte[] array, List<String> names) {
    JsonCursor cursor = Binder.cursor(array);
    JsonWriter out = new JsonWriter();
    cursor.beginArray();
    out.beginObject();
    for (int i = 0; cursor.nextElement(); i++) {
      if (i == names.size()) {
        throw tooMany(i);
      }
      cursor.skipValue();
      int start = cursor.valueStart();
      out.name(names.get(i)).rawValue(array, start, cursor.valueEnd() - start);
    }
    return out.endObject().toByteArray();
  }
}

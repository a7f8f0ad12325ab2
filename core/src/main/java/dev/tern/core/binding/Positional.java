package dev.tern.core.binding;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonKind;
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
    Scratch scratch = Scratch.take();
    try {
      scratch.cursor.resetTrusted(json, 0, json.length);
      return scratch.cursor.peek() == JsonKind.ARRAY;
    } finally {
      scratch.giveBack();
    }
  }

  /** The same params by name. */
  static byte[] byName(byte[] array, List<String> names) {
    Scratch scratch = Scratch.take();
    try {
      JsonCursor cursor = scratch.cursor;
      cursor.resetTrusted(array, 0, array.length);
      cursor.beginArray();
      scratch.writer.beginObject();
      for (int i = 0; cursor.nextElement(); i++) {
        if (i == names.size()) {
          throw tooMany(i);
        }
        cursor.skipValue();
        int start = cursor.valueStart();
        scratch.writer.name(names.get(i)).rawValue(array, start, cursor.valueEnd() - start);
      }
      return scratch.writer.endObject().toByteArray();
    } finally {
      scratch.giveBack();
    }
  }
}

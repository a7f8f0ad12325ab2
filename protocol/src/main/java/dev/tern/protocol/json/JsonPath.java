package dev.tern.protocol.json;

import dev.tern.protocol.Limits;

/** Says where in a text something stands, for people: {@code orders[2].price}. */
public final class JsonPath {
  private JsonPath() {}

  /**
   * The path of the innermost value around a byte, empty for the whole value. A name that stands at
   * that byte itself belongs to its object: it may be too long to be repeated.
   *
   * @param start where the value, which a cursor has validated, starts
   * @param end where it ends, exclusive
   * @param at the byte, between the two
   */
  public static String of(byte[] b, int start, int end, int at, Limits limits) {
    JsonCursor cursor = new JsonCursor(limits);
    StringBuilder path = new StringBuilder();
    cursor.resetTrusted(b, start, end - start);
    while (step(cursor, b, at, path)) {
      cursor.resetTrusted(b, cursor.valueStart(), cursor.valueEnd() - cursor.valueStart());
    }
    return path.toString();
  }

  /** Goes one level down, to the value that was skipped last; false if there is no deeper one. */
  private static boolean step(JsonCursor cursor, byte[] b, int at, StringBuilder path) {
    return switch (cursor.peek()) {
      case OBJECT -> member(cursor, b, at, path);
      case ARRAY -> element(cursor, at, path);
      case STRING, NUMBER, BOOLEAN, NULL, BINARY -> false;
    };
  }

  private static boolean member(JsonCursor cursor, byte[] b, int at, StringBuilder path) {
    cursor.beginObject();
    while (cursor.nextName()) {
      int nameStart = cursor.nameStart() - 1;
      int nameEnd = cursor.nameEnd() + 1;
      cursor.skipValue();
      if (at < cursor.valueEnd()) {
        if (at < cursor.valueStart()) {
          return false;
        }
        int valueStart = cursor.valueStart();
        int valueEnd = cursor.valueEnd();
        cursor.resetTrusted(b, nameStart, nameEnd - nameStart);
        path.append(path.isEmpty() ? "" : ".").append(cursor.readString());
        cursor.resetTrusted(b, valueStart, valueEnd - valueStart);
        cursor.skipValue();
        return true;
      }
    }
    return false;
  }

  private static boolean element(JsonCursor cursor, int at, StringBuilder path) {
    cursor.beginArray();
    for (int index = 0; cursor.nextElement(); index++) {
      cursor.skipValue();
      if (at < cursor.valueEnd()) {
        if (at >= cursor.valueStart()) {
          path.append('[').append(index).append(']');
          return true;
        }
        return false;
      }
    }
    return false;
  }
}

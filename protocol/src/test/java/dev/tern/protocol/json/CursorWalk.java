package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Limits;
import org.jspecify.annotations.Nullable;

/** What the cursor finds in a text, in the words of {@link JacksonOracle}. */
final class CursorWalk {
  private final JsonCursor cursor;

  CursorWalk(Limits limits) {
    cursor = new JsonCursor(limits);
  }

  /** Whether it is strict JSON, found by passing over it. */
  boolean skips(byte[] json) {
    try {
      cursor.reset(json, 0, json.length);
      cursor.skipValue();
      cursor.expectEnd();
      return true;
    } catch (JsonException e) {
      return false;
    }
  }

  /** All that is in it, found by walking; null if it is not strict JSON. */
  @Nullable String read(byte[] json) {
    cursor.reset(json, 0, json.length);
    return walk(json);
  }

  /** Likewise, without the checks that a text has passed which was read before. */
  @Nullable String readTrusted(byte[] json) {
    cursor.resetTrusted(json, 0, json.length);
    return walk(json);
  }

  private @Nullable String walk(byte[] json) {
    StringBuilder out = new StringBuilder();
    try {
      value(json, out);
      cursor.expectEnd();
      return out.toString();
    } catch (JsonException e) {
      return null;
    }
  }

  private void value(byte[] json, StringBuilder out) {
    switch (cursor.peek()) {
      case OBJECT -> {
        cursor.beginObject();
        out.append("{\n");
        while (cursor.nextName()) {
          out.append("name ").append(cursor.name()).append('\n');
          value(json, out);
        }
        out.append("}\n");
      }
      case ARRAY -> {
        cursor.beginArray();
        out.append("[\n");
        while (cursor.nextElement()) {
          value(json, out);
        }
        out.append("]\n");
      }
      case STRING -> out.append("text ").append(cursor.readString()).append('\n');
      case NUMBER -> {
        cursor.readInteger();
        int start = cursor.valueStart();
        out.append(new String(json, start, cursor.valueEnd() - start, ISO_8859_1)).append('\n');
      }
      case BOOLEAN -> out.append(cursor.readBoolean()).append('\n');
      case NULL, BINARY -> { // JSON has no bytes
        cursor.readNull();
        out.append("null\n");
      }
    }
  }
}

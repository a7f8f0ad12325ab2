package dev.tern.binding.jackson;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.ValueKind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException.Reference;

/** Where Jackson says that something is in a JSON text, and what stands there. */
final class Places {
  /** Of a text that was validated: who has read its message knows how deep it may be. */
  static final Limits VALIDATED =
      Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE).with(Bound.NAME_BYTES, Integer.MAX_VALUE);

  private Places() {}

  private static JsonCursor cursor(byte[] json) {
    JsonCursor cursor = new JsonCursor(VALIDATED);
    cursor.resetTrusted(json, 0, json.length);
    return cursor;
  }

  /** A path as a reader of the message would write it: {@code items[2].name}. */
  static String path(List<Reference> steps) {
    String path = "";
    for (Reference step : steps) {
      String name = step.getPropertyName();
      path =
          Excerpt.join(
              path, name == null ? Excerpt.element(step.getIndex()) : Excerpt.member(name));
    }
    return path;
  }

  /** What stands at the end of a path. */
  static String at(byte[] json, List<Reference> path) {
    JsonCursor cursor = cursor(json);
    for (Reference step : path) {
      String name = step.getPropertyName();
      if (!(name == null ? moveTo(cursor, step.getIndex()) : moveTo(cursor, name))) {
        return "missing";
      }
    }
    cursor.skipValue();
    return Excerpt.of(new JsonReader(Bytes.of(json, cursor.valueStart(), cursor.valueEnd())));
  }

  private static boolean moveTo(JsonCursor cursor, String name) {
    if (cursor.peek() != ValueKind.OBJECT) {
      return false;
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      if (cursor.name().equals(name)) {
        return true;
      }
      cursor.skipValue();
    }
    return false;
  }

  private static boolean moveTo(JsonCursor cursor, int index) {
    if (cursor.peek() != ValueKind.ARRAY) {
      return false;
    }
    cursor.beginArray();
    for (int i = 0; cursor.nextElement(); i++) {
      if (i == index) {
        return true;
      }
      cursor.skipValue();
    }
    return false;
  }

  // --- params by position, where a record is meant ---

  static boolean isArray(byte[] json) {
    return cursor(json).peek() == ValueKind.ARRAY;
  }

  /** The params by name, in the order of the record. */
  static byte[] byName(byte[] array, List<String> names) {
    JsonCursor cursor = cursor(array);
    JsonWriter out = new JsonWriter();
    cursor.beginArray();
    out.beginObject();
    for (int i = 0; cursor.nextElement(); i++) {
      if (i == names.size()) {
        throw BindingException.tooMany(i);
      }
      cursor.skipValue();
      int start = cursor.valueStart();
      out.name(names.get(i)).rawValue(array, start, cursor.valueEnd() - start);
    }
    return out.endObject().toByteArray();
  }

  /** The steps to what was sent by position: the peer sent no names, so it gets none back. */
  static List<Reference> byPosition(List<Reference> steps, List<String> names) {
    if (steps.isEmpty()) {
      return steps;
    }
    int index = names.indexOf(steps.getFirst().getPropertyName());
    if (index < 0) {
      return steps;
    }
    List<Reference> out = new ArrayList<>(steps);
    out.set(0, new Reference(null, index));
    return out;
  }
}

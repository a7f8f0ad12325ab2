package dev.tern.binding.jackson;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException.Reference;

/** Where Jackson says that something is in a JSON text, and what stands there. */
final class Places {
  private static final Names NO_NAMES = Names.of();

  private Places() {}

  private static ValueReader reader(byte[] json) {
    return new JsonReader(Bytes.of(json));
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
    ValueReader in = reader(json);
    for (Reference step : path) {
      String name = step.getPropertyName();
      if (!(name == null ? moveTo(in, step.getIndex()) : moveTo(in, name))) {
        return "missing";
      }
    }
    return Excerpt.of(in);
  }

  private static boolean moveTo(ValueReader in, String name) {
    if (in.peek() != ValueKind.OBJECT) {
      return false;
    }
    in.beginObject();
    while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
      if (in.name().equals(name)) {
        return true;
      }
      in.skipValue();
    }
    return false;
  }

  private static boolean moveTo(ValueReader in, int index) {
    if (in.peek() != ValueKind.ARRAY) {
      return false;
    }
    in.beginArray();
    for (int i = 0; in.nextElement(); i++) {
      if (i == index) {
        return true;
      }
      in.skipValue();
    }
    return false;
  }

  // --- params by position, where a record is meant ---

  static boolean isArray(byte[] json) {
    return reader(json).peek() == ValueKind.ARRAY;
  }

  /** The params by name, in the order of the record. */
  static byte[] byName(byte[] array, List<String> names) {
    ValueReader in = reader(array);
    JsonWriter out = new JsonWriter();
    in.beginArray();
    out.beginObject();
    for (int i = 0; in.nextElement(); i++) {
      if (i == names.size()) {
        throw BindingException.tooMany(i);
      }
      out.name(names.get(i)).encoded(in.readEncoded());
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

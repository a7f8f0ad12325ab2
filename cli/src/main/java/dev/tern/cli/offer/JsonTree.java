package dev.tern.cli.offer;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads validated JSON as maps, lists, strings, booleans and nulls; a number as its digits. By
 * itself, because loading Jackson would take a command longer than all else that it does.
 */
public final class JsonTree {
  private static final Names NO_NAMES = Names.of();

  private JsonTree() {}

  /** A number as it was written. */
  record Digits(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Reads a value. */
  public static @Nullable Object of(byte[] json) {
    return value(new JsonReader(Bytes.of(json)));
  }

  private static @Nullable Object value(ValueReader in) {
    return switch (in.peek()) {
      case OBJECT -> object(in);
      case ARRAY -> array(in);
      case STRING -> in.readString();
      case BOOLEAN -> in.readBoolean();
      case NUMBER -> new Digits(in.readNumber());
      case NULL, BINARY -> { // JSON has no bytes
        in.readNull();
        yield null;
      }
    };
  }

  private static Map<String, @Nullable Object> object(ValueReader in) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    in.beginObject();
    while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
      members.put(in.name(), value(in));
    }
    return members;
  }

  private static List<@Nullable Object> array(ValueReader in) {
    List<@Nullable Object> elements = new ArrayList<>();
    in.beginArray();
    while (in.nextElement()) {
      elements.add(value(in));
    }
    return elements;
  }
}

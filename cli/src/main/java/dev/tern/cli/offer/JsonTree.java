package dev.tern.cli.offer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
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
  private final byte[] json;
  private final JsonCursor cursor = new JsonCursor(Limits.DEFAULT);

  private JsonTree(byte[] json) {
    this.json = json;
    cursor.resetTrusted(json, 0, json.length);
  }

  /** A number as it was written. */
  record Digits(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Reads a value. */
  public static @Nullable Object of(byte[] json) {
    return new JsonTree(json).value();
  }

  private @Nullable Object value() {
    return switch (cursor.peek()) {
      case OBJECT -> object();
      case ARRAY -> array();
      case STRING -> cursor.readString();
      case BOOLEAN -> cursor.readBoolean();
      case NUMBER -> {
        cursor.skipValue();
        int length = cursor.valueEnd() - cursor.valueStart();
        yield new Digits(new String(json, cursor.valueStart(), length, UTF_8));
      }
      case NULL, BINARY -> { // JSON has no bytes
        cursor.readNull();
        yield null;
      }
    };
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    cursor.beginObject();
    while (cursor.nextName()) {
      members.put(cursor.name(), value());
    }
    return members;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> elements = new ArrayList<>();
    cursor.beginArray();
    while (cursor.nextElement()) {
      elements.add(value());
    }
    return elements;
  }
}

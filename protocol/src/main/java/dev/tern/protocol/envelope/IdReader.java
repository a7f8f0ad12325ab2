package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import org.jspecify.annotations.Nullable;

/** Reads an id, which must be fit to be echoed exactly. */
public final class IdReader {
  private static final Names ID = Names.of("id");

  private IdReader() {}

  /** Reads or skips the value that comes next; null if it is no valid id. */
  static @Nullable Id read(JsonCursor cursor, Limits limits) {
    return switch (cursor.peek()) {
      case STRING -> {
        String text = cursor.readString();
        yield Text.isPlain(text, limits.get(Bound.ID_BYTES)) ? new Id.Text(text) : null;
      }
      case NUMBER -> number(cursor);
      case NULL -> {
        cursor.readNull();
        yield Id.Null.NULL;
      }
      case OBJECT, ARRAY, BOOLEAN, BINARY -> {
        cursor.skipValue();
        yield null;
      }
    };
  }

  /**
   * The {@code id} in an encoded object that was validated before; null if there is no valid one.
   */
  public static @Nullable Id memberOf(Bytes object, Limits limits) {
    JsonCursor cursor = new JsonCursor(limits);
    cursor.reset(object.array(), object.from(), object.length());
    if (cursor.peek() != ValueKind.OBJECT) {
      return null;
    }
    Id id = null;
    cursor.beginObject();
    while (cursor.nextName()) {
      if (cursor.nameIn(ID) == 0) {
        id = read(cursor, limits);
      } else {
        cursor.skipValue();
      }
    }
    return id;
  }

  private static @Nullable Id number(JsonCursor cursor) {
    IntegerKind kind = cursor.readInteger();
    long bits = cursor.integerBits();
    return switch (kind) {
      // Minus zero would come back as 0.
      case SIGNED -> bits == 0 && cursor.integerIsNegative() ? null : new Id.Number(bits);
      case UNSIGNED -> new Id.Number(bits, true);
      case OUT_OF_RANGE, NOT_AN_INTEGER -> null;
    };
  }
}

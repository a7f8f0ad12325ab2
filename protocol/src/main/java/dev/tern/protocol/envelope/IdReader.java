package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import org.jspecify.annotations.Nullable;

/** Reads an id, which must be fit to be echoed exactly. */
public final class IdReader {
  private static final Names ID = Names.of("id");

  private IdReader() {}

  /** Reads or skips the value that comes next; null if it is no valid id. */
  static @Nullable Id read(ValueReader in, Limits limits) {
    return switch (in.peek()) {
      case STRING -> {
        String text = in.readString();
        yield Text.isPlain(text, limits.get(Bound.ID_BYTES)) ? new Id.Text(text) : null;
      }
      case NUMBER -> number(in);
      case NULL -> {
        in.readNull();
        yield Id.Null.NULL;
      }
      case OBJECT, ARRAY, BOOLEAN, BINARY -> {
        in.skipValue();
        yield null;
      }
    };
  }

  /**
   * The {@code id} in an encoded value that was validated before; null if there is no valid one.
   */
  public static @Nullable Id memberOf(Bytes value, Encoding encoding, Limits limits) {
    ValueReader in = encoding.reader(value.joined(), null);
    if (in.peek() != ValueKind.OBJECT) {
      return null;
    }
    Id id = null;
    in.beginObject();
    for (int name; (name = in.nextMember(ID, 0)) != ValueReader.END; ) {
      if (name == 0) {
        id = read(in, limits);
      } else {
        in.skipValue();
      }
    }
    return id;
  }

  private static @Nullable Id number(ValueReader in) {
    IntegerKind kind = in.readInteger();
    long bits = in.integerBits();
    return switch (kind) {
      // Minus zero would come back as 0.
      case SIGNED -> bits == 0 && isNegative(in) ? null : new Id.Number(bits);
      case UNSIGNED -> new Id.Number(bits, true);
      case OUT_OF_RANGE, NOT_AN_INTEGER -> null;
    };
  }

  /** Whether the number read last has a minus. */
  static boolean isNegative(ValueReader in) {
    in.again();
    return in.readNumber().startsWith("-");
  }
}

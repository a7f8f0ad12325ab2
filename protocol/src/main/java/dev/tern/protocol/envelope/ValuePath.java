package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueReader;
import org.jspecify.annotations.Nullable;

/** Says where in a value something stands, for people: {@code orders[2].price}. */
final class ValuePath {
  private static final Names NONE = Names.of();

  private ValuePath() {}

  /**
   * The path of the innermost value around a byte, empty for the whole value. A name that stands at
   * that byte itself belongs to its object: it may be too long to be repeated.
   *
   * @param in stands at the value
   * @param at the byte, in the same buffer
   */
  static String of(ValueReader in, int at) {
    StringBuilder path = new StringBuilder();
    for (String step; (step = step(in, at)) != null; ) {
      boolean isFirst = path.isEmpty() || step.startsWith("[");
      path.append(isFirst ? "" : ".").append(step);
      in.again();
    }
    return path.toString();
  }

  /** Reads to the end of the value within the next one that is around the byte; null for none. */
  private static @Nullable String step(ValueReader in, int at) {
    return switch (in.peek()) {
      case OBJECT -> {
        in.beginObject();
        while (in.nextMember(NONE, 0) != ValueReader.END) {
          String name = in.name();
          Bytes value = in.readEncoded();
          if (at < value.to()) {
            yield at < value.from() ? null : name;
          }
        }
        yield null;
      }
      case ARRAY -> {
        in.beginArray();
        for (int index = 0; in.nextElement(); index++) {
          if (at < in.readEncoded().to()) {
            yield "[" + index + "]";
          }
        }
        yield null;
      }
      case STRING, NUMBER, BOOLEAN, NULL, BINARY -> null;
    };
  }
}

package dev.tern.protocol.json;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueReader;
import org.jspecify.annotations.Nullable;

/** What the validator and the reader find in a text, in the words of {@link JacksonOracle}. */
final class JsonWalk {
  private static final Names NO_NAMES = Names.of();

  private final JsonValidator validator;

  JsonWalk(Limits limits) {
    validator = new JsonValidator(limits);
  }

  /** Whether it is strict JSON. */
  boolean skips(byte[] json) {
    try {
      validator.checkMessage(json, 0, json.length);
      return true;
    } catch (JsonException e) {
      return false;
    }
  }

  /** All that is in it; null if it is not strict JSON. */
  @Nullable String read(byte[] json) {
    if (!skips(json)) {
      return null;
    }
    JsonReader in = new JsonReader(Bytes.of(json));
    StringBuilder out = new StringBuilder();
    value(in, out);
    return in.isAtEnd() ? out.toString() : out + "and more";
  }

  private static void value(ValueReader in, StringBuilder out) {
    switch (in.peek()) {
      case OBJECT -> {
        in.beginObject();
        out.append("{\n");
        while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
          out.append("name ").append(in.name()).append('\n');
          value(in, out);
        }
        out.append("}\n");
      }
      case ARRAY -> {
        in.beginArray();
        out.append("[\n");
        while (in.nextElement()) {
          value(in, out);
        }
        out.append("]\n");
      }
      case STRING -> out.append("text ").append(in.readString()).append('\n');
      case NUMBER -> out.append(number(in)).append('\n');
      case BOOLEAN -> out.append(in.readBoolean()).append('\n');
      case NULL, BINARY -> { // JSON has no bytes
        in.readNull();
        out.append("null\n");
      }
    }
  }

  /** Its digits, where reading it as an integer ends at the same byte. */
  private static String number(ValueReader in) {
    String digits = in.readNumber();
    int end = in.position();
    in.again();
    in.readInteger();
    return in.position() == end ? digits : digits + " but for the integer";
  }
}

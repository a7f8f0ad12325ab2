package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.EncodedJson;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Has Jackson leave encoded JSON alone where it stands inside what Jackson binds. */
final class EncodedJsonModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  EncodedJsonModule() {
    addDeserializer(EncodedJson.class, new Reader());
    addSerializer(EncodedJson.class, new Writer());
  }

  /**
   * The value that starts at an offset of a validated text.
   *
   * @throws IllegalArgumentException if a name or a number of it is too long
   */
  static EncodedJson at(byte[] json, int offset) {
    Bytes text = Bytes.of(json, offset, json.length);
    return new EncodedJson(new JsonReader(text).readEncoded().toByteArray());
  }

  private static final class Reader extends StdDeserializer<EncodedJson> {
    Reader() {
      super(EncodedJson.class);
    }

    @Override
    public EncodedJson deserialize(JsonParser parser, DeserializationContext context) {
      // A value that Jackson has put aside has lost its bytes: that happens to mixed beans only.
      if (parser instanceof StrictParser strict) {
        try {
          EncodedJson value =
              at(strict.source(), (int) parser.currentTokenLocation().getByteOffset());
          parser.skipChildren();
          return value;
        } catch (IllegalArgumentException e) {
          // Too long somewhere: the same error as for any other value that does not fit.
        }
      }
      throw MismatchedInputException.from(parser, handledType(), "no such value");
    }
  }

  private static final class Writer extends StdSerializer<EncodedJson> {
    Writer() {
      super(EncodedJson.class);
    }

    @Override
    public void serialize(EncodedJson value, JsonGenerator out, SerializationContext context) {
      out.writeRawValue(new String(value.bytes(), UTF_8));
    }
  }
}

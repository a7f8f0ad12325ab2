package dev.tern.core.binding;

import java.time.DateTimeException;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;

/** Reads a type out of a string and of nothing else. */
final class TextDeserializer<T> extends StdScalarDeserializer<T> {
  private final Function<String, T> parse;

  /**
   * @param parse throws a DateTimeException or an IllegalArgumentException for a text that is none
   */
  TextDeserializer(Class<T> type, Function<String, T> parse) {
    super(type);
    this.parse = parse;
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      try {
        return parse.apply(parser.getString());
      } catch (DateTimeException | IllegalArgumentException e) {
        // Not that text: the same error as for any other value.
      }
    }
    throw MismatchedInputException.from(parser, handledType(), "not such a string");
  }
}

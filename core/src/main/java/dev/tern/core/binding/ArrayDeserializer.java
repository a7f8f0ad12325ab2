package dev.tern.core.binding;

import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * Reads an array of a primitive type, with the rules for one of its elements: Jackson has others
 * for these, and says of an element that it is no array.
 */
final class ArrayDeserializer<T> extends StdScalarDeserializer<T> {
  private final Predicate<JsonToken> kind;
  private final Supplier<Elements<T>> elements;

  /**
   * What gathers the elements of one array.
   *
   * @param add takes the one at which the parser stands
   * @param finish makes the array
   */
  record Elements<T>(Consumer<JsonParser> add, Supplier<T> finish) {}

  /**
   * @param kind which values are of the right kind
   */
  ArrayDeserializer(Class<T> type, Predicate<JsonToken> kind, Supplier<Elements<T>> elements) {
    super(type);
    this.kind = kind;
    this.elements = elements;
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw MismatchedInputException.from(parser, handledType(), "not an array");
    }
    Elements<T> all = elements.get();
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      add(parser, i, all);
    }
    return all.finish().get();
  }

  private void add(JsonParser parser, int index, Elements<T> all) {
    if (kind.test(parser.currentToken())) {
      try {
        all.add().accept(parser);
        return;
      } catch (JacksonException e) {
        // Out of range: the same error as for any other value.
      }
    }
    MismatchedInputException e =
        MismatchedInputException.from(parser, handledType().componentType(), "not such a value");
    e.prependPath(this, index);
    throw e;
  }
}

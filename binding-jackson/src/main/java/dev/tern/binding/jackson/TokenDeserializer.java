package dev.tern.binding.jackson;

import java.time.DateTimeException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.util.AccessPattern;

/**
 * Reads a number, a boolean or a text out of nothing else: Jackson takes the strings "NaN" and
 * "Infinity" for numbers, too, and looks at 1e400 as a double before it says that it is no integer.
 */
final class TokenDeserializer<T> extends StdScalarDeserializer<T> {
  private final Predicate<JsonToken> kind;
  private final Function<JsonParser, T> read;
  private final @Nullable T none;

  /**
   * @param kind which values are of the right kind
   * @param read may throw an IllegalArgumentException or a DateTimeException for one that is none
   * @param none what stands for null; a primitive type refuses it anyway
   */
  TokenDeserializer(
      Class<T> type, Predicate<JsonToken> kind, Function<JsonParser, T> read, @Nullable T none) {
    super(type);
    this.kind = kind;
    this.read = read;
    this.none = none;
  }

  /** Of a type that is a text. */
  static <T> TokenDeserializer<T> ofText(Class<T> type, Function<String, T> parse) {
    return new TokenDeserializer<>(
        type, JsonToken.VALUE_STRING::equals, parser -> parse.apply(parser.getString()), null);
  }

  /** Of a name of an object, which is read as a value of the type is. */
  static KeyDeserializer ofName(Class<?> type, Function<String, ?> parse) {
    return new KeyDeserializer() {
      @Override
      public Object deserializeKey(String name, DeserializationContext context) {
        try {
          return parse.apply(name);
        } catch (DateTimeException | IllegalArgumentException e) {
          return context.handleWeirdKey(type, name, "no such name");
        }
      }
    };
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) {
    if (kind.test(parser.currentToken())) {
      try {
        return read.apply(parser);
      } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
        // Out of range, or no such text: an error as for any other value.
      }
    }
    throw MismatchedInputException.from(parser, handledType(), "not such a value");
  }

  @Override
  public @Nullable Object getNullValue(DeserializationContext context) {
    if (handledType().isPrimitive()) {
      throw MismatchedInputException.from(context.getParser(), handledType(), "null");
    }
    return none;
  }

  @Override
  public @Nullable Object getAbsentValue(DeserializationContext context) {
    return getNullValue(context);
  }

  @Override
  public AccessPattern getNullAccessPattern() {
    return AccessPattern.DYNAMIC;
  }

  /**
   * Reads an array of a primitive type, with the rules for one of its elements: Jackson has others
   * for these, and says of an element that it is no array.
   */
  static final class OfArray<T> extends StdScalarDeserializer<T> {
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
    OfArray(Class<T> type, Predicate<JsonToken> kind, Supplier<Elements<T>> elements) {
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
}

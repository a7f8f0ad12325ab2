package dev.tern.core.binding;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.util.AccessPattern;

/** Reads floating point out of a number: Jackson takes the strings "NaN" and "Infinity" too. */
final class FloatDeserializer<T> extends StdScalarDeserializer<T> {
  private final Function<JsonParser, T> read;
  private final @Nullable T none;

  /**
   * @param none what stands for null; a primitive type refuses it anyway
   */
  FloatDeserializer(Class<T> type, Function<JsonParser, T> read, @Nullable T none) {
    super(type);
    this.read = read;
    this.none = none;
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) {
    if (!parser.currentToken().isNumeric()) {
      throw MismatchedInputException.from(parser, handledType(), "not a number");
    }
    return read.apply(parser);
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
}

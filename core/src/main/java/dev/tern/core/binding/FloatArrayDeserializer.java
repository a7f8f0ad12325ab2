package dev.tern.core.binding;

import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;

/** Reads an array of floating point out of an array of numbers, with the rules for one number. */
final class FloatArrayDeserializer<T> extends StdScalarDeserializer<T> {
  private final ToDoubleFunction<JsonParser> read;
  private final Function<double[], T> finish;

  FloatArrayDeserializer(
      Class<T> type, ToDoubleFunction<JsonParser> read, Function<double[], T> finish) {
    super(type);
    this.read = read;
    this.finish = finish;
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw MismatchedInputException.from(parser, handledType(), "not an array");
    }
    DoubleStream.Builder values = DoubleStream.builder();
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      values.add(element(parser, i));
    }
    return finish.apply(values.build().toArray());
  }

  private double element(JsonParser parser, int index) {
    try {
      if (parser.currentToken().isNumeric()) {
        return read.applyAsDouble(parser);
      }
      throw MismatchedInputException.from(parser, handledType().componentType(), "not a number");
    } catch (MismatchedInputException e) {
      e.prependPath(this, index);
      throw e;
    }
  }
}

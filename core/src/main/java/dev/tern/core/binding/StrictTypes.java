package dev.tern.core.binding;

import java.math.BigInteger;
import java.util.Base64;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.module.SimpleModule;

/** Types that Jackson reads out of more kinds of values than one, whatever it is told. */
final class StrictTypes extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final int UUID_LENGTH = 36;

  StrictTypes() {
    integer(byte.class, JsonParser::getByteValue);
    integer(Byte.class, JsonParser::getByteValue);
    integer(short.class, JsonParser::getShortValue);
    integer(Short.class, JsonParser::getShortValue);
    integer(int.class, JsonParser::getIntValue);
    integer(Integer.class, JsonParser::getIntValue);
    integer(long.class, JsonParser::getLongValue);
    integer(Long.class, JsonParser::getLongValue);
    integer(BigInteger.class, JsonParser::getBigIntegerValue);
    bool(boolean.class);
    bool(Boolean.class);
    number(double.class, JsonParser::getDoubleValue);
    number(Double.class, JsonParser::getDoubleValue);
    number(float.class, JsonParser::getFloatValue);
    number(Float.class, JsonParser::getFloatValue);
    addDeserializer(
        OptionalDouble.class,
        new TokenDeserializer<>(
            OptionalDouble.class,
            JsonToken::isNumeric,
            parser -> OptionalDouble.of(parser.getDoubleValue()),
            OptionalDouble.empty()));
    addDeserializer(
        double[].class,
        new FloatArrayDeserializer<>(double[].class, JsonParser::getDoubleValue, all -> all));
    addDeserializer(
        float[].class,
        new FloatArrayDeserializer<>(
            float[].class, JsonParser::getFloatValue, StrictTypes::toFloats));
    text(String.class, text -> text);
    text(byte[].class, Base64.getDecoder()::decode);
    text(UUID.class, StrictTypes::uuid);
    // Jackson would load and initialize whatever class the peer names.
    text(Class.class, StrictTypes::noClass);
  }

  private <T> void integer(Class<T> type, Function<JsonParser, T> read) {
    addDeserializer(
        type,
        new TokenDeserializer<>(type, token -> token == JsonToken.VALUE_NUMBER_INT, read, null));
  }

  private void bool(Class<Boolean> type) {
    addDeserializer(
        type,
        new TokenDeserializer<>(type, JsonToken::isBoolean, JsonParser::getBooleanValue, null));
  }

  private <T> void number(Class<T> type, Function<JsonParser, T> read) {
    addDeserializer(type, new TokenDeserializer<>(type, JsonToken::isNumeric, read, null));
  }

  private <T> void text(Class<T> type, Function<String, T> parse) {
    addDeserializer(type, new TextDeserializer<>(type, parse));
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static UUID uuid(String text) {
    if (text.length() != UUID_LENGTH) {
      throw new IllegalArgumentException("length");
    }
    return UUID.fromString(text);
  }

  private static Class<?> noClass(String name) {
    throw new IllegalArgumentException("a class by name");
  }
}

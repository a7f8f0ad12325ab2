package dev.tern.core.binding;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
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
    array(double[].class, JsonToken::isNumeric, StrictTypes::doubles);
    array(float[].class, JsonToken::isNumeric, StrictTypes::floats);
    array(long[].class, StrictTypes::isInteger, StrictTypes::longs);
    array(int[].class, StrictTypes::isInteger, StrictTypes::ints);
    array(short[].class, StrictTypes::isInteger, StrictTypes::shorts);
    array(boolean[].class, JsonToken::isBoolean, StrictTypes::booleans);
    text(String.class, text -> text);
    text(byte[].class, Base64.getDecoder()::decode);
    text(UUID.class, StrictTypes::uuid);
    setDeserializerModifier(new ReadableTypes());
    setSerializerModifier(new RequiredProperty.Modifier());
  }

  private <T> void integer(Class<T> type, Function<JsonParser, T> read) {
    addDeserializer(type, new TokenDeserializer<>(type, StrictTypes::isInteger, read, null));
  }

  private static boolean isInteger(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT;
  }

  private void bool(Class<Boolean> type) {
    addDeserializer(
        type,
        new TokenDeserializer<>(type, JsonToken::isBoolean, JsonParser::getBooleanValue, null));
  }

  private <T> void number(Class<T> type, Function<JsonParser, T> read) {
    addDeserializer(type, new TokenDeserializer<>(type, JsonToken::isNumeric, read, null));
  }

  private <T> void array(
      Class<T> type, Predicate<JsonToken> kind, Supplier<ArrayDeserializer.Elements<T>> elements) {
    addDeserializer(type, new ArrayDeserializer<>(type, kind, elements));
  }

  private <T> void text(Class<T> type, Function<String, T> parse) {
    addDeserializer(type, TokenDeserializer.ofText(type, parse));
  }

  private static ArrayDeserializer.Elements<double[]> doubles() {
    DoubleStream.Builder all = DoubleStream.builder();
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getDoubleValue()), () -> all.build().toArray());
  }

  private static ArrayDeserializer.Elements<float[]> floats() {
    DoubleStream.Builder all = DoubleStream.builder(); // each float is a double
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getFloatValue()), () -> toFloats(all.build().toArray()));
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static ArrayDeserializer.Elements<long[]> longs() {
    LongStream.Builder all = LongStream.builder();
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getLongValue()), () -> all.build().toArray());
  }

  private static ArrayDeserializer.Elements<int[]> ints() {
    IntStream.Builder all = IntStream.builder();
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getIntValue()), () -> all.build().toArray());
  }

  private static ArrayDeserializer.Elements<short[]> shorts() {
    IntStream.Builder all = IntStream.builder();
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getShortValue()), () -> toShorts(all.build().toArray()));
  }

  private static short[] toShorts(int[] values) {
    short[] shorts = new short[values.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }

  private static ArrayDeserializer.Elements<boolean[]> booleans() {
    IntStream.Builder all = IntStream.builder();
    return new ArrayDeserializer.Elements<>(
        parser -> all.add(parser.getBooleanValue() ? 1 : 0),
        () -> toBooleans(all.build().toArray()));
  }

  private static boolean[] toBooleans(int[] values) {
    boolean[] booleans = new boolean[values.length];
    for (int i = 0; i < booleans.length; i++) {
      booleans[i] = values[i] != 0;
    }
    return booleans;
  }

  private static UUID uuid(String text) {
    if (text.length() != UUID_LENGTH) {
      throw new IllegalArgumentException("length");
    }
    return UUID.fromString(text);
  }

  /**
   * Refuses types of which no value can ever be made, wherever they stand in another one, when that
   * is set up: Jackson would say so of each value.
   */
  private static final class ReadableTypes extends ValueDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      Class<?> type = description.getBeanClass();
      if (deserializer instanceof AbstractDeserializer) {
        throw new IllegalArgumentException(
            type.getName()
                + ": abstract (expected: a record or class; a peer never chooses which is built)");
      }
      if (Future.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            type.getName() + ": a value that comes later (expected: the value; a method may wait)");
      }
      if (deserializer instanceof BeanDeserializerBase bean
          && (!bean.getValueInstantiator().canInstantiate()
              || isGuess(bean.getValueInstantiator(), description.get()))) {
        throw new IllegalArgumentException(
            type.getName()
                + ": no constructor to use (expected: a record, a class with one without arguments,"
                + " or with one that names its parameters: javac -parameters)");
      }
      if (deserializer instanceof BeanDeserializerBase
          && (Throwable.class.isAssignableFrom(type) || isOfTheJdk(type))) {
        throw new IllegalArgumentException(
            type.getName() + ": has no form in JSON (expected: a record or class of yours)");
      }
      if (type == Class.class) {
        throw new IllegalArgumentException(
            type.getName() + ": a class by its name (expected: another type)");
      }
      return deserializer;
    }

    /** A class that would be read and written by its getters, which were not made for that. */
    private static boolean isOfTheJdk(Class<?> type) {
      ClassLoader loader = type.getClassLoader();
      return loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
    }

    /**
     * Whether it would be made of a text or a number, and written as an object, only because its
     * one constructor has one parameter without a name in the class file.
     */
    private static boolean isGuess(ValueInstantiator maker, BeanDescription type) {
      return !maker.canCreateUsingDefault()
          && !maker.canCreateFromObjectWith()
          && !maker.canCreateUsingDelegate()
          && type.findJsonValueAccessor() == null
          && Arrays.stream(type.getBeanClass().getDeclaredConstructors())
              .filter(one -> one.getParameterCount() == 1)
              .anyMatch(
                  one ->
                      !one.getParameters()[0].isNamePresent()
                          && !one.isAnnotationPresent(JsonCreator.class));
    }
  }
}

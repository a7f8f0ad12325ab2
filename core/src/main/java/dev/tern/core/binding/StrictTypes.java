package dev.tern.core.binding;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.tern.core.binding.RequiredProperty.UnfitValue;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.jdk.NumberSerializer;
import tools.jackson.databind.type.ReferenceType;

/** Types that Jackson reads out of more kinds of values than one, whatever it is told. */
final class StrictTypes extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final int UUID_LENGTH = 36;

  /**
   * What a number with all its digits may have; whether it has one digit too many is seen later.
   */
  private static final int MAX_BITS = 4 * Limits.DEFAULT.get(Bound.NUMBER_DIGITS);

  /** The classes of the JDK that are values; times, arrays, enums and containers apart. */
  private static final Set<Class<?>> VALUES =
      Set.of(
          Object.class,
          Void.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          Number.class,
          String.class,
          CharSequence.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class,
          Optional.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class);

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
    addSerializer(BigInteger.class, new BoundedNumber(BigInteger.class));
    addSerializer(BigDecimal.class, new BoundedNumber(BigDecimal.class));
    setDeserializerModifier(new ReadableTypes());
    setSerializerModifier(new RequiredProperty.Modifier());
  }

  @Override
  public void setupModule(SetupContext context) {
    super.setupModule(context);
    context.addDeserializers(new ReadableTypes.References());
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
   * A number that a peer reads, too: 1E+400000000 would fill its memory once it adds 1 to it, and a
   * million digits cost seconds here before the length of the text were looked at.
   */
  private static final class BoundedNumber extends NumberSerializer {
    BoundedNumber(Class<? extends Number> type) {
      super(type);
    }

    @Override
    public void serialize(Number value, JsonGenerator out, SerializationContext context) {
      if (!isBounded(value)) {
        throw new UnfitValue(
            out,
            "too long (expected: a number of at most %d digits, its exponent at most %d)"
                .formatted(Limits.DEFAULT.get(Bound.NUMBER_DIGITS), StrictParser.MAX_SCALE));
      }
      super.serialize(value, out, context);
    }

    private static boolean isBounded(Number value) {
      return switch (value) {
        case BigInteger integer -> integer.bitLength() <= MAX_BITS;
        case BigDecimal decimal ->
            decimal.unscaledValue().bitLength() <= MAX_BITS && StrictParser.isBounded(decimal);
        default -> true;
      };
    }
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
      refuseOfTheJdk(type);
      if (deserializer instanceof AbstractDeserializer) {
        throw new IllegalArgumentException(
            type.getName()
                + ": abstract (expected: a record or class; a peer never chooses which is built)");
      }
      if (deserializer instanceof BeanDeserializerBase bean
          && (!bean.getValueInstantiator().canInstantiate()
              || isGuess(bean.getValueInstantiator(), description.get()))) {
        throw new IllegalArgumentException(
            type.getName()
                + ": no constructor to use (expected: a record, a class with one without arguments,"
                + " or with one that names its parameters: javac -parameters)");
      }
      if (deserializer instanceof BeanDeserializerBase && Throwable.class.isAssignableFrom(type)) {
        throw noForm(type);
      }
      return deserializer;
    }

    @Override
    public KeyDeserializer modifyKeyDeserializer(
        DeserializationConfig config, JavaType type, KeyDeserializer deserializer) {
      refuseOfTheJdk(type.getRawClass());
      return deserializer;
    }

    /** What holds another value is not asked about with the rest. */
    private static final class References extends Deserializers.Base {
      @Override
      public @Nullable ValueDeserializer<?> findReferenceDeserializer(
          ReferenceType type,
          DeserializationConfig config,
          BeanDescription.Supplier description,
          @Nullable TypeDeserializer contentType,
          @Nullable ValueDeserializer<?> content) {
        refuseOfTheJdk(type.getRawClass());
        return null;
      }

      @Override
      public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
        return false;
      }
    }

    /**
     * Most classes of the JDK were not made to travel. Jackson reads some by their setters, and
     * others by what a peer must not say: the name of a class, a path, a host to look up, a pattern
     * that never ends.
     */
    private static void refuseOfTheJdk(Class<?> type) {
      if (Future.class.isAssignableFrom(type)) {
        throw new IllegalArgumentException(
            type.getName() + ": a value that comes later (expected: the value; a method may wait)");
      }
      ClassLoader loader = type.getClassLoader();
      boolean isOfTheJdk = loader == null || loader.equals(ClassLoader.getPlatformClassLoader());
      if (isOfTheJdk && !isValue(type)) {
        throw noForm(type);
      }
    }

    private static boolean isValue(Class<?> type) {
      return type.isPrimitive()
          || type.isArray()
          || type.isEnum()
          || VALUES.contains(type)
          || IsoTimes.TYPES.contains(type)
          || Collection.class.isAssignableFrom(type)
          || Map.class.isAssignableFrom(type);
    }

    private static IllegalArgumentException noForm(Class<?> type) {
      return new IllegalArgumentException(
          type.getName()
              + ": has no form in JSON (expected: a record or class of yours, or a type of the"
              + " guide's table, such as String, BigDecimal, Instant, List)");
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

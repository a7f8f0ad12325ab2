package dev.tern.binding.jackson;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.tern.binding.jackson.RequiredProperty.UnfitValue;
import dev.tern.binding.jackson.TokenDeserializer.OfArray.Elements;
import dev.tern.core.binding.type.JdkTypes;
import dev.tern.core.binding.type.TextForms;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Arrays;
import java.util.Base64;
import java.util.Currency;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
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
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.jdk.NumberSerializer;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;
import tools.jackson.databind.type.ReferenceType;

/** Types that Jackson reads out of more kinds of values than one, whatever it is told. */
final class StrictTypes extends SimpleModule {
  private static final long serialVersionUID = 1L;

  /**
   * What a number with all its digits may have; whether it has one digit too many is seen later.
   */
  private static final int MAX_BITS = 4 * Limits.DEFAULT.get(Bound.NUMBER_DIGITS);

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
    text(UUID.class, TextForms::uuid);
    text(URI.class, URI::create); // "", too
    text(Currency.class, Currency::getInstance);
    text(Locale.class, TextForms::locale);
    addKeyDeserializer(Locale.class, TokenDeserializer.ofName(Locale.class, TextForms::locale));
    addSerializer(
        Locale.class,
        new IsoTimes.Printed<>(Locale.class, TextForms::tagOf, JsonGenerator::writeString));
    addKeySerializer(
        Locale.class,
        new IsoTimes.Printed<>(Locale.class, TextForms::tagOf, JsonGenerator::writeName));
    addSerializer(BigInteger.class, new BoundedNumber(BigInteger.class));
    addSerializer(BigDecimal.class, new BoundedNumber(BigDecimal.class));
    setDeserializerModifier(new ReadableTypes());
    setSerializerModifier(new WrittenTypes());
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

  private <T> void array(Class<T> type, Predicate<JsonToken> kind, Supplier<Elements<T>> elements) {
    addDeserializer(type, new TokenDeserializer.OfArray<>(type, kind, elements));
  }

  private <T> void text(Class<T> type, Function<String, T> parse) {
    addDeserializer(type, TokenDeserializer.ofText(type, parse));
  }

  private static Elements<double[]> doubles() {
    DoubleStream.Builder all = DoubleStream.builder();
    return new Elements<>(parser -> all.add(parser.getDoubleValue()), () -> all.build().toArray());
  }

  private static Elements<float[]> floats() {
    DoubleStream.Builder all = DoubleStream.builder(); // each float is a double
    return new Elements<>(
        parser -> all.add(parser.getFloatValue()), () -> toFloats(all.build().toArray()));
  }

  private static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static Elements<long[]> longs() {
    LongStream.Builder all = LongStream.builder();
    return new Elements<>(parser -> all.add(parser.getLongValue()), () -> all.build().toArray());
  }

  private static Elements<int[]> ints() {
    IntStream.Builder all = IntStream.builder();
    return new Elements<>(parser -> all.add(parser.getIntValue()), () -> all.build().toArray());
  }

  private static Elements<short[]> shorts() {
    IntStream.Builder all = IntStream.builder();
    return new Elements<>(
        parser -> all.add(parser.getShortValue()), () -> toShorts(all.build().toArray()));
  }

  private static short[] toShorts(int[] values) {
    short[] shorts = new short[values.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) values[i];
    }
    return shorts;
  }

  private static Elements<boolean[]> booleans() {
    IntStream.Builder all = IntStream.builder();
    return new Elements<>(
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
      requireValues(type);
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
      return deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyCollectionDeserializer(
        DeserializationConfig config,
        CollectionType type,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      return container(type, deserializer);
    }

    @Override
    public ValueDeserializer<?> modifyMapDeserializer(
        DeserializationConfig config,
        MapType type,
        BeanDescription.Supplier description,
        ValueDeserializer<?> deserializer) {
      return container(type, deserializer);
    }

    private static ValueDeserializer<?> container(
        JavaType type, ValueDeserializer<?> deserializer) {
      ValueInstantiator maker =
          deserializer instanceof ValueInstantiator.Gettable made
              ? made.getValueInstantiator()
              : null;
      boolean isMade =
          maker == null || maker.canInstantiate() || type.hasRawClass(ArrayBlockingQueue.class);
      if (!isMade
          || deserializer instanceof AbstractDeserializer
          || JdkTypes.NEVER_FILLED.contains(type.getRawClass())) {
        throw new IllegalArgumentException(
            type.getRawClass().getName()
                + ": none can be made of JSON (expected: another container, such as List, Set, Map,"
                + " Deque)");
      }
      return deserializer;
    }

    @Override
    public KeyDeserializer modifyKeyDeserializer(
        DeserializationConfig config, JavaType type, KeyDeserializer deserializer) {
      requireValues(type.getRawClass());
      return deserializer;
    }

    private static void requireValues(Class<?> declared) {
      String problem = JdkTypes.problemOfDeclared(declared);
      if (problem != null) {
        throw new IllegalArgumentException(problem);
      }
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
        requireValues(type.getRawClass());
        return null;
      }

      @Override
      public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
        return false;
      }
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

  /** Refuses what is no value where it is found: what is declared as anything may be anything. */
  private static final class WrittenTypes extends RequiredProperty.Modifier {
    private static final long serialVersionUID = 1L;

    @Override
    public ValueSerializer<?> modifySerializer(
        SerializationConfig config,
        BeanDescription.Supplier description,
        ValueSerializer<?> serializer) {
      return description.get().findJsonValueAccessor() == null
          ? unlessRefused(description.getBeanClass(), serializer)
          : serializer; // it says itself what is written
    }

    @Override
    public ValueSerializer<?> modifyKeySerializer(
        SerializationConfig config,
        JavaType type,
        BeanDescription.Supplier description,
        ValueSerializer<?> serializer) {
      return unlessRefused(type.getRawClass(), serializer);
    }

    private static ValueSerializer<?> unlessRefused(Class<?> type, ValueSerializer<?> serializer) {
      String problem = JdkTypes.problemOf(type);
      return problem == null ? serializer : new Refused(problem);
    }
  }

  /** Of a class that is not written. */
  private static final class Refused extends StdSerializer<Object> {
    private final String problem;

    Refused(String problem) {
      super(Object.class);
      this.problem = problem;
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
      throw new UnfitValue(out, problem);
    }
  }
}

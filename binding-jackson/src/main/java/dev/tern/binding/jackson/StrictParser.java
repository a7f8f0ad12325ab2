package dev.tern.binding.jackson;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * A parser whose scalars are what the text says or an error. Left to itself it would read 1e999 as
 * infinity, 2^53+1 as 2^53 for a double, 255 as -1 for a byte, 5 as "5" for a URI, and let
 * 1e400000000 become a decimal that fills the memory once somebody adds 1 to it.
 */
final class StrictParser extends JsonParserDelegate {
  /**
   * How far a decimal's point may stand from its digits, either way: about as many as a number may
   * have digits, and past the range of a double (1e308, 4.9e-324 with all its digits).
   */
  static final int MAX_SCALE = 1_100;

  private final byte[] source;

  /**
   * @param source what the parser reads
   */
  StrictParser(JsonParser parser, byte[] source) {
    super(parser);
    this.source = source;
  }

  byte[] source() {
    return source;
  }

  @Override
  public byte getByteValue() {
    int value = delegate.getIntValue();
    if (value != (byte) value) {
      throw unfit(Byte.class);
    }
    return (byte) value;
  }

  /** By way of the text: by way of an integer, -0 would lose its sign. */
  @Override
  public double getDoubleValue() {
    bound(Double.class);
    double value = Double.parseDouble(delegate.getString());
    if (!Double.isFinite(value) || !isExact(value)) {
      throw unfit(Double.class);
    }
    return value;
  }

  @Override
  public float getFloatValue() {
    bound(Float.class);
    float value = Float.parseFloat(delegate.getString());
    if (!Float.isFinite(value) || !isExact(value)) {
      throw unfit(Float.class);
    }
    return value;
  }

  @Override
  public BigInteger getBigIntegerValue() {
    bound(BigInteger.class);
    return delegate.getBigIntegerValue();
  }

  @Override
  public BigDecimal getDecimalValue() {
    bound(BigDecimal.class);
    BigDecimal value = made(delegate::getDecimalValue);
    if (!isBounded(value)) {
      throw unfit(BigDecimal.class);
    }
    return value;
  }

  @Override
  public Number getNumberValue() {
    bound(Number.class);
    return checked(made(delegate::getNumberValue));
  }

  @Override
  public Number getNumberValueExact() {
    bound(Number.class);
    return checked(made(delegate::getNumberValueExact));
  }

  /** What reads anything asks this first, and then for a decimal. */
  @Override
  public NumberTypeFP getNumberTypeFP() {
    boolean isLong = delegate.getStringLength() > Limits.DEFAULT.get(Bound.NUMBER_DIGITS);
    if (isLong || delegate.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
      return delegate.getNumberTypeFP();
    }
    double value = Double.parseDouble(delegate.getString());
    return Double.isFinite(value) && withAllDigits(value) instanceof BigDecimal
        ? NumberTypeFP.BIG_DECIMAL
        : delegate.getNumberTypeFP();
  }

  @Override
  public Object getNumberValueDeferred() {
    return getNumberValueExact();
  }

  @Override
  public @Nullable String getValueAsString() {
    return getValueAsString(null);
  }

  @Override
  public @Nullable String getValueAsString(@Nullable String otherwise) {
    return switch (delegate.currentToken()) {
      case VALUE_STRING, PROPERTY_NAME -> delegate.getString();
      case null, default -> otherwise;
    };
  }

  /**
   * One type of integer for who asked for any: who casts to long shall not fail with small ones.
   */
  private Number checked(Number value) {
    return switch (value) {
      case Integer i -> i.longValue();
      case Double d when !Double.isFinite(d) -> throw unfit(Double.class);
      case Double d -> withAllDigits(d);
      case Float f when !Float.isFinite(f) -> throw unfit(Float.class);
      case BigDecimal d when !isBounded(d) -> throw unfit(BigDecimal.class);
      default -> value;
    };
  }

  /** As the core does for who asked for any number: a double where that is all of it. */
  private Number withAllDigits(double value) {
    BigDecimal exact = made(() -> new BigDecimal(delegate.getString()));
    boolean isAll = new BigDecimal(Double.toString(value)).compareTo(exact) == 0;
    return isAll || !isBounded(exact) ? value : exact;
  }

  /** A number whose exponent itself is out of any range cannot even be made. */
  private <T> T made(Supplier<T> number) {
    try {
      return number.get();
    } catch (JacksonException | ArithmeticException | NumberFormatException e) {
      throw unfit(BigDecimal.class);
    }
  }

  /** Before a number is made of the text, which takes more than linear time. */
  private void bound(Class<?> target) {
    if (delegate.getStringLength() > Limits.DEFAULT.get(Bound.NUMBER_DIGITS)) {
      throw unfit(target);
    }
  }

  /** Whether an integer literal kept its value; a literal with a fraction need not. */
  private boolean isExact(double value) {
    if (delegate.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return true;
    }
    return isExact(value, new BigInteger(delegate.getString()));
  }

  static boolean isExact(double value, BigInteger literal) {
    return Double.isFinite(value) && new BigDecimal(value).toBigInteger().equals(literal);
  }

  static boolean isBounded(BigDecimal value) {
    return Math.abs((long) value.scale()) <= MAX_SCALE;
  }

  private UnfitException unfit(Class<?> target) {
    Deque<Reference> place = new ArrayDeque<>();
    for (TokenStreamContext at = streamReadContext();
        at != null && !at.inRoot();
        at = at.getParent()) {
      place.addFirst(
          at.inArray()
              ? new Reference(null, at.getCurrentIndex())
              : new Reference(null, at.currentName()));
    }
    return new UnfitException(this, target, List.copyOf(place));
  }

  /**
   * A number that does not fit. It knows its place by itself: who reads a tree tells only where the
   * tree stands.
   */
  static final class UnfitException extends MismatchedInputException {
    private static final long serialVersionUID = 1L;

    private final transient List<Reference> place;

    private UnfitException(JsonParser parser, Class<?> target, List<Reference> place) {
      super(parser, "does not fit", target);
      this.place = place;
    }

    /** The steps from the whole text to the number. */
    List<Reference> place() {
      return place;
    }
  }
}

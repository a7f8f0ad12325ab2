package dev.tern.core.binding;

import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * A parser whose numbers are what the text says or an error. Left to itself it would read 1e999 as
 * infinity, 2^53+1 as 2^53 for a double, and let 1e400000000 become a decimal that fills the memory
 * once somebody adds 1 to it.
 */
final class StrictNumbers extends JsonParserDelegate {
  /**
   * How far a decimal's point may stand from its digits, either way: about as many as a number may
   * have digits, and past the range of a double (1e308, 4.9e-324 with all its digits).
   */
  static final int MAX_SCALE = 1_100;

  StrictNumbers(JsonParser parser) {
    super(parser);
  }

  @Override
  public double getDoubleValue() {
    double value = delegate.getDoubleValue();
    if (!Double.isFinite(value) || !isExact(value)) {
      throw unfit(Double.class);
    }
    return value;
  }

  @Override
  public float getFloatValue() {
    float value = delegate.getFloatValue();
    if (!Float.isFinite(value) || !isExact(value)) {
      throw unfit(Float.class);
    }
    return value;
  }

  @Override
  public BigDecimal getDecimalValue() {
    BigDecimal value = delegate.getDecimalValue();
    if (!isBounded(value)) {
      throw unfit(BigDecimal.class);
    }
    return value;
  }

  @Override
  public Number getNumberValue() {
    return checked(delegate.getNumberValue());
  }

  @Override
  public Number getNumberValueExact() {
    return checked(delegate.getNumberValueExact());
  }

  @Override
  public Object getNumberValueDeferred() {
    return getNumberValueExact();
  }

  private Number checked(Number value) {
    boolean fits =
        switch (value) {
          case Double d -> Double.isFinite(d);
          case Float f -> Float.isFinite(f);
          case BigDecimal d -> isBounded(d);
          default -> true;
        };
    if (!fits) {
      throw unfit(value.getClass());
    }
    return value;
  }

  /** Whether an integer literal kept its value; a literal with a fraction need not. */
  private boolean isExact(double value) {
    if (delegate.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return true;
    }
    return isExact(value, delegate.getBigIntegerValue());
  }

  static boolean isExact(double value, BigInteger literal) {
    return Double.isFinite(value) && new BigDecimal(value).toBigInteger().equals(literal);
  }

  static boolean isBounded(BigDecimal value) {
    return Math.abs((long) value.scale()) <= MAX_SCALE;
  }

  private MismatchedInputException unfit(Class<?> target) {
    return MismatchedInputException.from(this, target, "does not fit");
  }
}

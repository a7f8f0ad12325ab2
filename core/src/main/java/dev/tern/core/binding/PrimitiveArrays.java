package dev.tern.core.binding;

import static java.util.Map.entry;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.lang.reflect.Array;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the elements of arrays of one primitive type where they lie: of a number no
 * object is made. Arrays of bytes are no such arrays: they travel as a whole.
 *
 * @param <A> the type of the arrays
 */
final class PrimitiveArrays<A> {
  /** Room for so many is made at first: what is announced is not believed. */
  private static final int FIRST_LENGTH = 16;

  private static final Map<Class<?>, PrimitiveArrays<?>> BY_COMPONENT =
      Map.ofEntries(
          entry(
              short.class,
              new PrimitiveArrays<short[]>(
                  short[]::new,
                  (in, all, i) -> all[i] = (short) Scalars.SHORT.readLong(in),
                  (out, all, i) -> out.value(all[i]))),
          entry(
              int.class,
              new PrimitiveArrays<int[]>(
                  int[]::new,
                  (in, all, i) -> all[i] = (int) Scalars.INT.readLong(in),
                  (out, all, i) -> out.value(all[i]))),
          entry(
              long.class,
              new PrimitiveArrays<long[]>(
                  long[]::new,
                  (in, all, i) -> all[i] = Scalars.LONG.readLong(in),
                  (out, all, i) -> out.value(all[i]))),
          entry(
              float.class,
              new PrimitiveArrays<float[]>(
                  float[]::new,
                  (in, all, i) -> all[i] = Scalars.FLOAT.readFloat(in),
                  (out, all, i) -> out.value(all[i]))),
          entry(
              double.class,
              new PrimitiveArrays<double[]>(
                  double[]::new,
                  (in, all, i) -> all[i] = Scalars.DOUBLE.readDouble(in),
                  (out, all, i) -> out.value(all[i]))),
          entry(
              char.class,
              new PrimitiveArrays<char[]>(
                  char[]::new,
                  (in, all, i) -> all[i] = (char) Scalars.CHAR.read(in),
                  (out, all, i) -> out.value(String.valueOf(all[i])))),
          entry(
              boolean.class,
              new PrimitiveArrays<boolean[]>(
                  boolean[]::new,
                  (in, all, i) -> all[i] = (boolean) Scalars.BOOLEAN.read(in),
                  (out, all, i) -> out.value(all[i]))));

  /** Reads the element that comes next. */
  private interface Reading<A> {
    void read(ValueReader in, A all, int i);
  }

  private interface Writing<A> {
    void write(ValueWriter out, A all, int i);
  }

  private final IntFunction<A> make;
  private final Reading<A> reading;
  private final Writing<A> writing;

  private PrimitiveArrays(IntFunction<A> make, Reading<A> reading, Writing<A> writing) {
    this.make = make;
    this.reading = reading;
    this.writing = writing;
  }

  /** Those of a component; null if it is no primitive type. */
  static @Nullable PrimitiveArrays<?> of(Class<?> component) {
    return BY_COMPONENT.get(component);
  }

  /** The rest of the array that was entered last. */
  A read(ValueReader in) {
    A all = make.apply(FIRST_LENGTH);
    int capacity = FIRST_LENGTH;
    int size = 0;
    try {
      while (in.nextElement()) {
        in.willMake();
        if (size == capacity) {
          capacity *= 2;
          all = resized(all, size, capacity);
        }
        reading.read(in, all, size);
        size++;
      }
    } catch (BindingException e) {
      throw e.under(Excerpt.element(size));
    }
    return resized(all, size, size);
  }

  private A resized(A all, int size, int length) {
    A resized = make.apply(length);
    System.arraycopy(all, 0, resized, 0, size);
    return resized;
  }

  /**
   * Writes all elements.
   *
   * @param array an array of that component
   */
  @SuppressWarnings("unchecked") // as the caller says
  void write(ValueWriter out, Object array) {
    A all = (A) array;
    int length = Array.getLength(array);
    int i = 0;
    try {
      for (; i < length; i++) {
        writing.write(out, all, i);
      }
    } catch (RuntimeException e) {
      throw EncodingException.under(Excerpt.element(i), e);
    }
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Binds what is one number, one text or one truth. */
abstract class ScalarBinder extends ValueBinder {
  /** Numbers as JSON writes them, and the truth. */
  private static final Pattern PLAIN =
      Pattern.compile("true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String expected;
  private final Map<String, Object> schema;

  ScalarBinder(String expected, Map<String, Object> schema) {
    this.expected = expected;
    this.schema = schema;
  }

  @Override
  final String expected() {
    return expected;
  }

  @Override
  final Map<String, Object> schema(Schemas schemas) {
    return schema;
  }

  @Override
  boolean isKey() {
    return true;
  }

  /** A name is written as the value would be: Java takes "+1", "0x1p3" and "1d" for numbers. */
  @Override
  Object fromName(String name) {
    if (!PLAIN.matcher(name).matches()) {
      throw new IllegalArgumentException(name);
    }
    return parse(name);
  }

  /**
   * The value of a text.
   *
   * @throws IllegalArgumentException if it is none
   */
  abstract Object parse(String text);

  @Override
  String toName(Object value) {
    return value.toString();
  }

  @Override
  final boolean isPlain() {
    return true;
  }

  /** A whole value as JSON, where that takes no writer; else null. */
  @Nullable Bytes encodePlain(Object value) {
    return null;
  }

  /** Exact if it is an integer, or a text that stands for itself. */
  @Override
  final int guessBytes(Object value) {
    return switch (value) {
      case Integer number -> JsonWriter.sizeOf(number);
      case Long number -> JsonWriter.sizeOf(number);
      case String text -> text.length() + 2;
      default -> GUESSED_BYTES;
    };
  }

  private static final int GUESSED_BYTES = 24;

  @Override
  abstract Object read(ValueReader in);

  @Override
  abstract void write(ValueWriter out, Object value);
}

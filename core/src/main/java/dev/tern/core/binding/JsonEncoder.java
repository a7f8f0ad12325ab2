package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonWriter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Java values into bytes. For many threads. */
final class JsonEncoder {
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  private final ObjectWriter jackson;
  private final ClassValue<RecordWriter> records;
  private final Limits limits;

  /** Whether a text, a number and a record of these keep to the limits, whatever their values. */
  private final boolean isRoomy;

  JsonEncoder(JsonMapper mapper, Limits limits) {
    this.limits = limits;
    this.isRoomy =
        Stream.of(Bound.DEPTH, Bound.NAME_BYTES, Bound.NUMBER_DIGITS)
            .allMatch(bound -> limits.get(bound) >= Limits.DEFAULT.get(bound));
    this.jackson = mapper.writer();
    this.records =
        new ClassValue<>() {
          @Override
          protected RecordWriter computeValue(Class<?> type) {
            return RecordWriter.of(
                RecordShape.of(mapper.constructType(type), mapper.getTypeFactory()));
          }
        };
  }

  /**
   * A value as JSON.
   *
   * @param outside in how many objects and arrays it will lie: a peer counts them, too
   */
  Bytes encode(@Nullable Object value, int outside) {
    if (value == null) {
      return Bytes.of(NULL.clone()); // whoever gets the array may not, but could, write to it
    }
    Scalar scalar = Scalar.of(value.getClass());
    Bytes json;
    boolean isKnownGood = isRoomy;
    if (scalar != null) {
      json = scalar(scalar, value);
      isKnownGood &= scalar != Scalar.JSON;
    } else if (value instanceof Record
        && records.get(value.getClass()) instanceof RecordWriter.Flat flat) {
      json = flat.encode(value);
      isKnownGood &= !flat.holdsRawJson();
    } else {
      json = Bytes.of(rich(value));
      isKnownGood = false;
    }
    if (!isKnownGood) {
      check(value, json.toByteArray(), outside);
    }
    return json;
  }

  private static Bytes scalar(Scalar scalar, Object value) {
    JsonWriter out = JsonWriter.inParts(Scalar.sizeOf(value));
    try {
      scalar.write(out, value);
    } catch (IllegalArgumentException e) {
      throw new EncodingException(value.getClass().getName() + ": " + e.getMessage(), e);
    }
    return out.takeBytes();
  }

  private byte[] rich(Object value) {
    byte[] json;
    try {
      json = jackson.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new EncodingException(
          value.getClass().getName()
              + where(Excerpt.path(e.getPath()))
              + (e.getCause() instanceof RequiredProperty.NullException
                  ? ": null (expected: a value; or Optional, or @Nullable)"
                  : ": no JSON form"),
          e);
    } catch (StackOverflowError e) {
      throw new EncodingException(value.getClass().getName() + ": refers to itself", e);
    }
    return json;
  }

  private static String where(String path) {
    return path.isEmpty() || path.startsWith("[") ? path : "." + path;
  }

  /**
   * NaN, half a surrogate pair, a name twice, raw JSON that is none or nests too deep: a peer would
   * refuse the whole message, and perhaps end the connection.
   */
  private void check(Object value, byte[] json, int outside) {
    try {
      var _ = JsonCursor.readable(json, outside, limits);
    } catch (JsonException e) {
      throw new EncodingException(value.getClass().getName() + ": " + e.getMessage(), e);
    }
  }
}

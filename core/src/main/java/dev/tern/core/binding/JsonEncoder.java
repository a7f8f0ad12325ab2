package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.core.binding.RequiredProperty.UnfitValue;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonWriter;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

/** Java values into bytes. For many threads. */
final class JsonEncoder {
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  private final Supplier<JsonMapper> mapper;
  private final TypeFactory types;

  /** By class: no ClassValue, which a class of an outliving loader would keep. */
  private final ConcurrentMap<Class<?>, RecordWriter> records = new ConcurrentHashMap<>();

  private final Limits limits;

  /** Whether a text, a number and a record of these keep to the limits, whatever their values. */
  private final boolean isRoomy;

  JsonEncoder(Supplier<JsonMapper> mapper, TypeFactory types, Limits limits) {
    this.mapper = mapper;
    this.types = types;
    this.limits = limits;
    this.isRoomy =
        Stream.of(Bound.DEPTH, Bound.NAME_BYTES, Bound.NUMBER_DIGITS)
            .allMatch(bound -> limits.get(bound) >= Limits.DEFAULT.get(bound));
  }

  /**
   * A value as JSON.
   *
   * @param declared writes what is neither a scalar nor a record of these; null to write whatever
   *     it is
   * @param outside in how many objects and arrays it will lie: a peer counts them, too
   */
  Bytes encode(@Nullable Object value, @Nullable ObjectWriter declared, int outside) {
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
        && writerOf(value.getClass()) instanceof RecordWriter.Flat flat) {
      json = flat.encode(value);
      isKnownGood &= !flat.holdsRawJson();
    } else {
      json = Bytes.of(rich(value, declared == null ? mapper.get().writer() : declared));
      isKnownGood = false;
    }
    if (!isKnownGood) {
      check(value, json.toByteArray(), outside);
    }
    return json;
  }

  private RecordWriter writerOf(Class<?> type) {
    RecordWriter known = records.get(type);
    return known == null
        ? records.computeIfAbsent(
            type, one -> RecordWriter.of(RecordShape.of(types.constructType(one), types)))
        : known;
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

  private static byte[] rich(Object value, ObjectWriter jackson) {
    byte[] json;
    try {
      json = jackson.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new EncodingException(
          value.getClass().getName()
              + where(Excerpt.path(e.getPath()))
              + ": "
              + (e instanceof UnfitValue ? e.getOriginalMessage() : "no JSON form"),
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

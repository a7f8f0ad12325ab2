package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON to Java and back, strictly: nothing is converted, cut off or made up. What does not fit is
 * an error. Immutable, for many threads.
 */
public final class JsonCodec {
  /**
   * Ignores fields that a type does not declare, as a newer peer may send them; writes no more than
   * a peer with the usual limits reads.
   */
  public static final JsonCodec DEFAULT =
      new JsonCodec(StrictMapper.create(false), false, Limits.DEFAULT);

  private static final JsonCodec STRICT =
      new JsonCodec(StrictMapper.create(true), true, Limits.DEFAULT);

  /** In how many objects a result lies, and params do. */
  private static final int IN_ENVELOPE = 1;

  /**
   * In how many objects the details of an error lie at most: in JSON-RPC it is one more than in v1.
   */
  private static final int IN_ERROR = 3;

  private final JsonMapper mapper;
  private final JsonEncoder encoder;
  private final boolean refuseUnknownFields;

  private JsonCodec(JsonMapper mapper, boolean refuseUnknownFields, Limits limits) {
    this.mapper = mapper;
    this.encoder = new JsonEncoder(mapper, limits);
    this.refuseUnknownFields = refuseUnknownFields;
  }

  /**
   * A codec of an end with limits of its own: what it writes keeps to them, as its peers have the
   * same.
   *
   * @param refuseUnknownFields whether fields that a type does not declare are an error
   */
  public static JsonCodec of(boolean refuseUnknownFields, Limits limits) {
    JsonCodec usual = refuseUnknownFields ? STRICT : DEFAULT;
    return limits.equals(Limits.DEFAULT)
        ? usual
        : new JsonCodec(usual.mapper, refuseUnknownFields, limits);
  }

  /**
   * A reader for a method's params.
   *
   * @throws IllegalArgumentException if no params can ever fit the type
   */
  public <P extends @Nullable Object> ParamsReader<P> paramsReader(Type type) {
    requireAccess(type);
    return new ParamsReader<>(this, type);
  }

  /**
   * A reader for a method's results.
   *
   * @throws IllegalArgumentException if no result can ever fit the type
   */
  public <R> ResultReader<R> resultReader(Type type) {
    requireAccess(type);
    return new ResultReader<>(this, type);
  }

  /**
   * A value as strict JSON in UTF-8; null is {@code null}.
   *
   * @throws EncodingException if it has no JSON form
   */
  public Bytes encode(@Nullable Object value) {
    return encoder.encode(value, IN_ENVELOPE);
  }

  /**
   * The details of an error as strict JSON in UTF-8.
   *
   * @throws EncodingException if one has no JSON form
   */
  public Bytes encodeDetails(Map<String, ?> details) {
    return encoder.encode(details, IN_ERROR);
  }

  /**
   * Params as strict JSON: an object of a record, a Map or the like, an array of a List or an
   * array; null for none.
   *
   * @throws EncodingException if they have no JSON form
   * @throws IllegalArgumentException if they are no object and no array
   */
  public @Nullable Bytes encodeParams(@Nullable Object params) {
    if (params == null) {
      return null;
    }
    Bytes json = encoder.encode(params, IN_ENVELOPE);
    byte first = json.array()[json.from()];
    if (first != '{' && first != '[') {
      throw new IllegalArgumentException(
          "params: of "
              + params.getClass().getName()
              + " (expected: a record, a Map, a List, an array or the like)");
    }
    return json;
  }

  /**
   * Looks, before there are values, whether this module may look into those of a type.
   *
   * @throws IllegalArgumentException if it may not
   */
  public void requireAccess(Type type) {
    ModuleAccess.require(mapper.constructType(type), mapper.getTypeFactory());
  }

  JsonMapper mapper() {
    return mapper;
  }

  /** What binds this type; {@code isParams} if an array may stand for a record. */
  Binder binder(JavaType type, boolean isParams) {
    Scalar scalar = Scalar.of(type);
    if (scalar != null && !type.hasRawClass(Optional.class)) {
      return new ScalarBinder(scalar, !type.isPrimitive());
    }
    if (!type.isRecordType()) {
      return new JacksonBinder(mapper, type, null);
    }
    RecordShape shape = RecordShape.of(type, mapper.getTypeFactory());
    return shape.isFlat()
        ? new FlatRecordBinder(shape, isParams, refuseUnknownFields)
        : new JacksonBinder(mapper, type, isParams ? shape.names() : null);
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import tools.jackson.databind.type.TypeFactory;

/**
 * JSON to Java and back, strictly: nothing is converted, cut off or made up. What does not fit is
 * an error. For many threads. Each client and server has its own, as it knows all types that went
 * through it, and so holds the class loader of the application.
 */
public final class JsonCodec {
  /**
   * Of the process: for types of the framework's and the JDK's alone. Ignores fields that a type
   * does not declare, as a newer peer may send them; writes no more than a peer with the usual
   * limits reads.
   */
  public static final JsonCodec DEFAULT = ofClient(Limits.DEFAULT);

  /** In how many objects a result lies, and params do. */
  private static final int IN_ENVELOPE = 1;

  /**
   * In how many objects the details of an error lie at most: in JSON-RPC it is one more than in v1.
   */
  private static final int IN_ERROR = 3;

  /** Writes the results of one method at the server; built once, for many threads. */
  @FunctionalInterface
  public interface ResultWriter {
    /**
     * A result as strict JSON in UTF-8, as its method declares it.
     *
     * @throws EncodingException if it has no JSON form, or is none of the declared type
     */
    Bytes write(@Nullable Object result);
  }

  private final TypeFactory types = TypeFactory.createDefaultInstance();
  private final JsonEncoder encoder;
  private final boolean refuseUnknownFields;
  private final boolean isServers;
  private final ReentrantLock lock = new ReentrantLock();

  /** Made when it is needed: numbers, texts and records of these do without it. */
  private volatile @Nullable JsonMapper mapper;

  private JsonCodec(boolean refuseUnknownFields, boolean isServers, Limits limits) {
    this.encoder = new JsonEncoder(this::mapper, types, limits);
    this.refuseUnknownFields = refuseUnknownFields;
    this.isServers = isServers;
  }

  /**
   * A codec of a client: it writes what there is, of params no types are known.
   *
   * @param limits what it writes keeps to them, as its peers have the same
   */
  public static JsonCodec ofClient(Limits limits) {
    return new JsonCodec(false, false, limits);
  }

  /**
   * A codec of a server: it writes what was declared, and nothing else of an object whose class has
   * more to it.
   *
   * @param refuseUnknownFields whether fields that a type does not declare are an error
   * @param limits what it writes keeps to them, as its peers have the same
   */
  public static JsonCodec ofServer(boolean refuseUnknownFields, Limits limits) {
    return new JsonCodec(refuseUnknownFields, true, limits);
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
   * A writer for a method's results.
   *
   * @throws IllegalArgumentException if no result can ever be written, or read by a client
   */
  public ResultWriter resultWriter(Type type) {
    var _ = resultReader(type); // what no client can read is not served
    JavaType java = types.constructType(type);
    boolean isPlain = JsonSchema.isVoid(java) || java.isJavaLangObject() || isFlat(java);
    if (!isPlain) {
      new WrittenProperties().require(java);
    }
    ObjectWriter declared = isPlain ? null : mapper().writerFor(java);
    String forbidsNull = java.isPrimitive() && !JsonSchema.isVoid(java) ? type.getTypeName() : null;
    return result -> {
      if (result == null && forbidsNull != null) {
        // Without this the client would find it, who can do nothing about it.
        throw new EncodingException(
            forbidsNull + ": null (expected: a value; or a type that may be null)", null);
      }
      return encoder.encode(result, declared, IN_ENVELOPE);
    };
  }

  /**
   * A value as strict JSON in UTF-8; null is {@code null}.
   *
   * @throws EncodingException if it has no JSON form
   */
  public Bytes encode(@Nullable Object value) {
    return encoder.encode(value, null, IN_ENVELOPE);
  }

  /**
   * The details of an error as strict JSON in UTF-8.
   *
   * @throws EncodingException if one has no JSON form
   */
  public Bytes encodeDetails(Map<String, ?> details) {
    return encoder.encode(details, null, IN_ERROR);
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
    Bytes json = encoder.encode(params, null, IN_ENVELOPE);
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
    ModuleAccess.require(types.constructType(type), types);
  }

  TypeFactory types() {
    return types;
  }

  JsonMapper mapper() {
    JsonMapper made = mapper;
    if (made == null) {
      lock.lock();
      try {
        made = mapper;
        if (made == null) {
          made = StrictMapper.create(refuseUnknownFields, isServers, types);
          mapper = made;
        }
      } finally {
        lock.unlock();
      }
    }
    return made;
  }

  private boolean isFlat(JavaType type) {
    return isScalar(type) || (type.isRecordType() && RecordShape.of(type, types).isFlat());
  }

  private static boolean isScalar(JavaType type) {
    return Scalar.of(type) != null && !type.hasRawClass(Optional.class);
  }

  /** What binds this type; {@code isParams} if an array may stand for a record. */
  Binder binder(JavaType type, boolean isParams) {
    Scalar scalar = Scalar.of(type);
    if (scalar != null && !type.hasRawClass(Optional.class)) {
      return new ScalarBinder(scalar, !type.isPrimitive());
    }
    if (!type.isRecordType()) {
      return new JacksonBinder(mapper(), type, null);
    }
    RecordShape shape = RecordShape.of(type, types);
    return shape.isFlat()
        ? new FlatRecordBinder(shape, isParams, refuseUnknownFields)
        : new JacksonBinder(mapper(), type, isParams ? shape.names() : null);
  }

  /**
   * What a server writes of a bean may be more than what a client reads: a property that has only a
   * getter. It is held to the same rules, at all depths, unless it says itself how it is written.
   */
  private final class WrittenProperties extends JsonFormatVisitorWrapper.Base {
    private final Set<JavaType> seen = new HashSet<>();

    void require(JavaType type) {
      if (type.isJavaLangObject() || !seen.add(type)) {
        return;
      }
      if (type.getContentType() != null) {
        require(type.getContentType());
      }
      try {
        mapper().acceptJsonFormatVisitor(type, this);
      } catch (JacksonException e) {
        throw new IllegalArgumentException(
            type.toCanonical() + ": cannot be written as JSON: " + e.getOriginalMessage(), e);
      }
    }

    @Override
    public JsonObjectFormatVisitor expectObjectFormat(JavaType bean) {
      AnnotatedMember rest = getContext().introspectBeanDescription(bean).findAnyGetter();
      if (rest != null) { // Jackson does not show it
        require(bean, rest.getName(), rest.getType());
      }
      return new JsonObjectFormatVisitor.Base(getContext()) {
        @Override
        public void property(BeanProperty property) {
          optionalProperty(property);
        }

        @Override
        public void optionalProperty(BeanProperty property) {
          if (property.getAnnotation(JsonSerialize.class) == null
              && property.getAnnotation(JsonDeserialize.class) == null) {
            require(bean, property.getName(), property.getType());
          }
        }
      };
    }

    private void require(JavaType bean, String property, JavaType type) {
      try {
        var _ = resultReader(type);
      } catch (IllegalArgumentException e) {
        String where = bean.getRawClass().getName() + "." + property;
        throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
      }
      require(type);
    }
  }
}

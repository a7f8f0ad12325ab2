package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.type.GenericType;
import dev.tern.core.spare.Spares;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON, or another encoding, to Java and back, strictly: nothing is converted, cut off or made up.
 * What does not fit is an error. For many threads. Each client and server has its own, as it knows
 * all types that went through it, and so holds the class loader of the application.
 */
public final class JsonCodec {
  /** At most one is to be found, beside this very class. */
  private static final List<ForeignBinding.Provider> FOREIGN =
      ServiceLoader.load(ForeignBinding.Provider.class, JsonCodec.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  /** Of protobuf-java's, if the module is there. */
  private static final @Nullable MessageBinding MESSAGES =
      ServiceLoader.load(MessageBinding.class, JsonCodec.class.getClassLoader())
          .findFirst()
          .orElse(null);

  /**
   * Of the process: for types of the framework's and the JDK's alone. Ignores fields that a type
   * does not declare, as a newer peer may send them; writes no more than a peer with the usual
   * limits reads.
   */
  public static final JsonCodec DEFAULT = ofClient(Limits.DEFAULT);

  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

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
     * A result, as its method declares it.
     *
     * @throws EncodingException if it cannot be said in that encoding, or is none of the declared
     *     type
     */
    Bytes write(@Nullable Object result, Encoding encoding);

    /** A result as strict JSON in UTF-8, as its method declares it. */
    default Bytes write(@Nullable Object result) {
      return write(result, JsonEncoding.JSON);
    }
  }

  /** From here on a value is written into memory that was used before, and copied at the end. */
  private static final int POOLED_BYTES = 256;

  private static final int KEPT_BYTES = 8 << 10;

  private final Binders binders;
  private final Limits limits;
  private final Spares<EncodedWriter> jsonWriters = new Spares<>();
  private final Map<Encoding, Spares<EncodedWriter>> otherWriters = new ConcurrentHashMap<>();

  /** Whether what is written keeps to the limits of texts and numbers, whatever they are. */
  private final boolean isRoomy;

  private JsonCodec(boolean refusesUnknown, boolean isServers, Limits limits) {
    this.binders =
        new Binders(
            refusesUnknown, isServers, foreign(refusesUnknown, isServers, limits), MESSAGES);
    this.limits = limits;
    this.isRoomy =
        Stream.of(Bound.NAME_BYTES, Bound.NUMBER_DIGITS)
            .allMatch(bound -> limits.get(bound) >= Limits.DEFAULT.get(bound));
  }

  private static @Nullable ForeignBinding foreign(
      boolean refusesUnknown, boolean writesDeclared, Limits limits) {
    return FOREIGN.isEmpty()
        ? null
        : FOREIGN.getFirst().create(refusesUnknown, writesDeclared, limits);
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
    ValueBinder binder = readable(type);
    if (binder instanceof VoidBinder) {
      return new ParamsReader<>(binders.of(GenericType.of(ParamsReader.None.class)), true);
    }
    if (!binder.mayBeParams()) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + ": no type for params (expected: a record, a Map, a List or the like)");
    }
    return new ParamsReader<>(binder, false);
  }

  /**
   * A reader for a method's results.
   *
   * @throws IllegalArgumentException if no result can ever fit the type
   */
  public <R> ResultReader<R> resultReader(Type type) {
    return new ResultReader<>(readable(type), isPrimitive(type));
  }

  private ValueBinder readable(Type type) {
    GenericType generic = GenericType.of(type);
    ValueBinder binder = binders.of(generic);
    TypeRules.requireReadable(generic, binder);
    return binder;
  }

  private static boolean isPrimitive(Type type) {
    return type instanceof Class<?> raw && raw.isPrimitive() && raw != void.class;
  }

  /**
   * A writer for a method's results.
   *
   * @throws IllegalArgumentException if no result can ever be written, or read by a client
   */
  public ResultWriter resultWriter(Type type) {
    ValueBinder binder = readable(type);
    TypeRules.requireWritable(GenericType.of(type), binder);
    if (isPrimitive(type)) {
      return (result, encoding) -> {
        if (result == null) {
          // Without this the client would find it, who can do nothing about it.
          throw new EncodingException(
              type.getTypeName() + ": null (expected: a value; or a type that may be null)", null);
        }
        return write(binder, result, IN_ENVELOPE, encoding);
      };
    }
    return (result, encoding) -> write(binder, result, IN_ENVELOPE, encoding);
  }

  /** What a type expects, in words for a peer. */
  public String expected(Type type) {
    return binder(type).expected();
  }

  /** What is known of a type whose values are messages of another library; null for any other. */
  public MessageBinding.@Nullable Leaf messageOf(Type type) {
    return binders.declared(type) instanceof MessageBinder message ? message.leaf() : null;
  }

  /** Whether params are a message of another library, which have a place in one encoding only. */
  public boolean isMessage(@Nullable Object params) {
    return params != null && binders.of(params) instanceof MessageBinder;
  }

  /**
   * The label of the only encoding in which a method can be called, as its params or its result are
   * messages of another library; null if any will do.
   */
  public @Nullable String onlyEncoding(Type params, Type result) {
    MessageBinding.Leaf message = messageOf(params);
    MessageBinding.Leaf leaf = message == null ? messageOf(result) : message;
    return leaf == null ? null : leaf.encoding();
  }

  /** What binds a type. */
  ValueBinder binder(Type type) {
    return binders.of(GenericType.of(type));
  }

  /**
   * A value as strict JSON in UTF-8; null is {@code null}.
   *
   * @throws EncodingException if it has no JSON form
   */
  public Bytes encode(@Nullable Object value) {
    return encode(value, IN_ENVELOPE);
  }

  /**
   * The details of an error as strict JSON in UTF-8.
   *
   * @throws EncodingException if one has no JSON form
   */
  public Bytes encodeDetails(Map<String, ?> details) {
    try {
      return encode(details, IN_ERROR);
    } catch (EncodingException e) {
      throw EncodingException.named("details", e); // which class of Map it is says nothing
    }
  }

  /**
   * Params as strict JSON: an object of a record, a Map or the like, an array of a List or an
   * array; null for none. In an encoding that has a place for one also a message.
   *
   * @throws EncodingException if they have no JSON form
   * @throws IllegalArgumentException if they are nothing of that
   */
  public @Nullable Bytes encodeParams(@Nullable Object params) {
    return encodeParams(params, JsonEncoding.JSON);
  }

  /** As {@link #encodeParams(Object)}, in any encoding. */
  public @Nullable Bytes encodeParams(@Nullable Object params, Encoding encoding) {
    return params == null ? null : encodeParams(params, binders.of(params), encoding);
  }

  /**
   * As {@link #encodeParams(Object)}, of what is declared: a sealed interface, also within a list,
   * says which of its records it is.
   */
  public @Nullable Bytes encodeParams(@Nullable Object params, Type declared) {
    return encodeParams(params, declared, JsonEncoding.JSON);
  }

  /** As {@link #encodeParams(Object, Type)}, in any encoding. */
  public @Nullable Bytes encodeParams(@Nullable Object params, Type declared, Encoding encoding) {
    if (params == null) {
      return null;
    }
    boolean isItself = params.getClass() == declared; // mostly: no type need be looked up
    ValueBinder binder = isItself ? binders.of(params) : binders.declared(declared);
    return encodeParams(params, binder, encoding);
  }

  private Bytes encodeParams(Object params, ValueBinder binder, Encoding encoding) {
    Bytes encoded = write(binder, params, IN_ENVELOPE, encoding);
    boolean isWhole = binder instanceof RecordBinder || binder instanceof MessageBinder;
    if (!isWhole && !isObjectOrArray(encoded, encoding)) {
      throw new IllegalArgumentException(
          "params: of "
              + params.getClass().getName()
              + " (expected: a record, a Map, a List, an array or the like)");
    }
    return encoded;
  }

  private static boolean isObjectOrArray(Bytes encoded, Encoding encoding) {
    if (encoding == JsonEncoding.JSON) {
      byte first = firstByte(encoded);
      return first == '{' || first == '[';
    }
    return switch (encoding.reader(encoded.joined(), null).peek()) {
      case OBJECT, ARRAY -> true;
      case STRING, NUMBER, BOOLEAN, NULL, BINARY -> false;
    };
  }

  /** A large value that somebody else wrote lies in a part of its own, behind an empty one. */
  private static byte firstByte(Bytes encoded) {
    Bytes next = encoded.next();
    return next != null && encoded.from() == encoded.to()
        ? firstByte(next)
        : encoded.array()[encoded.from()];
  }

  private Bytes encode(@Nullable Object value, int outside) {
    ValueBinder binder = value == null ? VoidBinder.VOID : binders.of(value);
    return write(binder, value, outside, JsonEncoding.JSON);
  }

  /**
   * @param outside in how many objects and arrays it will lie: a peer counts them, too
   */
  private Bytes write(ValueBinder binder, @Nullable Object value, int outside, Encoding encoding) {
    if (value == null) {
      // Whoever gets the array may not, but could, write to it.
      return encoding == JsonEncoding.JSON ? Bytes.of(NULL.clone()) : Messages.nullIn(encoding);
    }
    try {
      return encoding == JsonEncoding.JSON
          ? writeJson(binder, value, outside)
          : writeTree(binder, value, outside, encoding);
    } catch (MalformedException e) {
      throw new EncodingException(value.getClass().getName() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw EncodingException.of(value, e);
    }
  }

  private Bytes writeJson(ValueBinder binder, Object value, int outside) {
    Bytes plain = binder instanceof ScalarBinder one ? one.encodePlain(value) : null;
    Bytes json = plain == null ? writeTree(binder, value, outside, JsonEncoding.JSON) : plain;
    if (!isRoomy) {
      var _ = JsonValidator.readable(json.toByteArray(), outside, limits);
    }
    return json;
  }

  private Bytes writeTree(ValueBinder binder, Object value, int outside, Encoding encoding) {
    int guess = binder.guessBytes(value);
    if (guess < POOLED_BYTES && encoding == JsonEncoding.JSON) { // the guess is good
      return written(binder, value, encoding.writer(guess, limits, outside)).takeBytes();
    }
    Spares<EncodedWriter> spares = spares(encoding);
    EncodedWriter spare = spares.take();
    EncodedWriter out =
        spare == null
            ? encoding.writer(Math.min(guess, KEPT_BYTES), limits, outside)
            : spare.reset(outside);
    Bytes encoded = written(binder, value, out).copyBytes();
    spares.giveBack(out);
    return encoded;
  }

  private static EncodedWriter written(ValueBinder binder, Object value, EncodedWriter out) {
    binder.write(out, value);
    binder.wrote(out.size());
    return out;
  }

  private Spares<EncodedWriter> spares(Encoding encoding) {
    if (encoding == JsonEncoding.JSON) {
      return jsonWriters;
    }
    Spares<EncodedWriter> known = otherWriters.get(encoding);
    return known == null ? otherWriters.computeIfAbsent(encoding, _ -> new Spares<>()) : known;
  }
}

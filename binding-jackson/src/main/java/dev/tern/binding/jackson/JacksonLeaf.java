package dev.tern.binding.jackson;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tern.binding.jackson.RequiredProperty.UnfitValue;
import dev.tern.core.binding.ForeignBinding;
import dev.tern.core.binding.Schemas;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.core.binding.error.Refusal;
import dev.tern.core.binding.type.ModuleAccess;
import dev.tern.core.binding.type.Nullability;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.TooDeepException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Binds the values of one type, and says what does not fit in the core's words. */
final class JacksonLeaf implements ForeignBinding.Leaf {
  private final JsonMapper mapper;
  private final JavaType type;
  private final Limits limits;
  private final ObjectWriter writer;

  /** Of a record, in order; else empty. */
  private final List<Component> components;

  /** Made when it is needed: what is only written may be what cannot be read. */
  private volatile @Nullable ObjectReader reader;

  private record Component(String name, JavaType type, boolean isRequired) {}

  /**
   * @param isDeclared whether a value is written as the type says, and not as its class does
   */
  JacksonLeaf(JsonMapper mapper, JavaType type, Limits limits, boolean isDeclared) {
    this.mapper = mapper;
    this.type = type;
    this.limits = limits;
    this.writer = isDeclared ? mapper.writerFor(type) : mapper.writer();
    this.components =
        type.isRecordType()
            ? Stream.of(type.getRawClass().getRecordComponents()).map(this::component).toList()
            : List.of();
  }

  private Component component(RecordComponent component) {
    JavaType part =
        mapper.getTypeFactory().resolveMemberType(component.getGenericType(), type.getBindings());
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    boolean isNamed = property != null && !property.value().isEmpty();
    return new Component(
        isNamed ? property.value() : component.getName(),
        part,
        Nullability.isRequired(component, part.getRawClass()));
  }

  private List<String> names() {
    return components.stream().map(Component::name).toList();
  }

  // --- reading ---

  @Override
  public @Nullable Object read(byte[] json, boolean isParams) {
    if (!isParams || !type.isRecordType() || !Places.isArray(json)) {
      return read(json, null);
    }
    return read(Places.byName(json, names()), names());
  }

  /**
   * @param names of params that were sent by position; else null
   */
  private @Nullable Object read(byte[] json, @Nullable List<String> names) {
    ObjectReader known = reader();
    try {
      return known.readValue(new StrictParser(known.createParser(json), json));
    } catch (JacksonException e) {
      throw translate(e, json, names);
    }
  }

  private ObjectReader reader() {
    ObjectReader known = reader;
    if (known == null) {
      known = mapper.readerFor(type);
      reader = known;
    }
    return known;
  }

  private static RuntimeException translate(
      JacksonException e, byte[] json, @Nullable List<String> names) {
    List<Reference> steps =
        e instanceof StrictParser.UnfitException unfit ? unfit.place() : e.getPath();
    String path = Places.path(names == null ? steps : Places.byPosition(steps, names));
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          BindingException.mismatch(
              path, "unknown field", Schemas.oneOf(known(unknown.getKnownPropertyIds())));
      case InvalidFormatException format
          when format.getValue() instanceof String key && isContainer(Places.at(json, steps)) ->
          BindingException.mismatch(
              path, "the name " + Excerpt.quote(key), Expected.of(format.getTargetType()));
      case MismatchedInputException mismatch ->
          BindingException.mismatch(
              path, Places.at(json, steps), Expected.of(mismatch.getTargetType()));
      case InputCoercionException range ->
          BindingException.mismatch(
              path, Places.at(json, steps), Expected.of(range.getTargetType()));
      case ValueInstantiationException refused -> refused(path, refused);
      case InvalidDefinitionException wrong ->
          new IllegalStateException("a type that cannot be read from JSON", wrong);
      default ->
          e.getCause() == null
              ? BindingException.mismatch(path, Places.at(json, steps), Expected.of(null))
              : refused(path, e);
    };
  }

  private static BindingException refused(String path, JacksonException e) {
    Throwable cause = e;
    while (cause instanceof JacksonException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof JacksonException
        ? BindingException.refused(path, Refusal.UNSAID)
        : Refusal.of(path, cause);
  }

  private static boolean isContainer(String found) {
    return found.startsWith("an ");
  }

  private static List<String> known(@Nullable Collection<Object> ids) {
    return ids == null ? List.of() : ids.stream().map(String::valueOf).toList();
  }

  // --- writing ---

  @Override
  public byte[] write(Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (StreamConstraintsException | StackOverflowError e) {
      throw new TooDeepException(limits.get(Bound.DEPTH));
    } catch (JacksonException e) {
      String reason = e instanceof UnfitValue ? e.getOriginalMessage() : EncodingException.NO_FORM;
      throw EncodingException.under(Places.path(e.getPath()), new EncodingException(reason, e));
    }
  }

  // --- what it is ---

  @Override
  public String expected() {
    return Expected.of(type.getRawClass());
  }

  @Override
  public @Nullable String problem() {
    Class<?> raw = type.getRawClass();
    return raw.isRecord() && !ModuleAccess.isOpen(raw)
        ? ModuleAccess.closed(raw)
        : Readable.problemOf(mapper, type);
  }

  @Override
  public @Nullable String problemOfWriting(Function<Type, @Nullable String> problemOf) {
    return new WrittenProperties(mapper, problemOf).problemOf(type);
  }

  @Override
  public List<Type> parts() {
    return components.stream()
        .flatMap(component -> Types.records(component.type()).stream())
        .map(Types::of)
        .toList();
  }

  @Override
  public boolean mayBeParams() {
    return !type.isEnumType() && !isText();
  }

  private boolean isText() {
    Class<?> raw = type.getRawClass();
    return Stream.of(CharSequence.class, TemporalAccessor.class, ZoneId.class)
        .anyMatch(text -> text.isAssignableFrom(raw));
  }

  @Override
  public Map<String, Object> schema(Function<Type, Map<String, Object>> schemaOf) {
    Class<?> raw = type.getRawClass();
    if (type.isEnumType()) {
      return constants();
    } else if (type.isRecordType()) {
      return object(schemaOf);
    } else if (raw == ArrayNode.class) {
      return Map.of("type", "array");
    }
    boolean isAny = JsonNode.class.isAssignableFrom(raw) && raw != ObjectNode.class;
    return isAny ? Map.of() : Map.of("type", isText() ? "string" : "object");
  }

  /** What stands for the constants on the wire. */
  private Map<String, Object> constants() {
    List<Object> all =
        Arrays.stream(type.getRawClass().getEnumConstants())
            .map(constant -> mapper.convertValue(constant, Object.class))
            .toList();
    return all.stream().allMatch(String.class::isInstance)
        ? Schemas.ordered("type", "string", "enum", all)
        : Map.of("enum", all);
  }

  private Map<String, Object> object(Function<Type, Map<String, Object>> schemaOf) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (Component component : components) {
      Map<String, Object> schema = schemaOf.apply(Types.of(component.type()));
      boolean isNullable =
          !component.isRequired() && !Nullability.isOptionalType(component.type().getRawClass());
      properties.put(component.name(), isNullable ? Schemas.orNull(schema) : schema);
      if (component.isRequired()) {
        required.add(component.name());
      }
    }
    return Schemas.ordered("type", "object", "properties", properties, "required", required);
  }
}

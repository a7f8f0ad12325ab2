package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.core.binding.error.Refusal;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds a record: its components by name; as params, also by position. */
final class RecordBinder extends ValueBinder {
  /**
   * One component.
   *
   * @param type reads and writes it
   * @param isRequired whether it must be there and not null
   * @param accessor of a record gives the component
   */
  record Component(Name name, ValueBinder type, boolean isRequired, MethodHandle accessor) {}

  private final Class<?> type;
  private final String schemaName;
  private final Component[] components;
  private final Names names;
  private final MethodHandle constructor;
  private final boolean refusesUnknown;

  /** What stands before each component in JSON without spaces; null unless all may be plain. */
  private final JsonLiteral @Nullable [] before;

  /**
   * @param schemaName what its schema is called
   * @param constructor takes the components in an array
   * @param refusesUnknown whether a member that is no component is an error
   */
  RecordBinder(
      Class<?> type,
      String schemaName,
      List<Component> components,
      MethodHandle constructor,
      boolean refusesUnknown) {
    this.type = type;
    this.schemaName = schemaName;
    this.components = components.toArray(Component[]::new);
    this.names = Names.of(components.stream().map(one -> one.name().text()).toList());
    this.constructor = constructor;
    this.refusesUnknown = refusesUnknown;
    this.before = literals(components);
  }

  private static JsonLiteral @Nullable [] literals(List<Component> components) {
    List<JsonLiteral> literals = new ArrayList<>();
    for (Component component : components) {
      JsonLiteral literal = JsonLiteral.beforeMember(component.name().text(), literals.isEmpty());
      if (literal == null || !component.type().isPlain()) {
        return null;
      }
      literals.add(literal);
    }
    return literals.isEmpty() ? null : literals.toArray(JsonLiteral[]::new);
  }

  List<Component> components() {
    return List.of(components);
  }

  Class<?> type() {
    return type;
  }

  // --- reading ---

  @Override
  Object read(ValueReader in) {
    if (in.peek() != ValueKind.OBJECT) {
      throw mismatch(in);
    }
    in.beginObject();
    return readMembers(in, in.nextMember(names, 0), "");
  }

  /**
   * Reads the rest of an object of which some members have been passed.
   *
   * @param next what {@code nextMember} has said of the member that comes next
   * @param tag the name of a member that is none of the record's and is expected all the same
   */
  Object readRest(ValueReader in, int next, String tag) {
    return readMembers(in, next == ValueReader.END ? next : in.nameIn(names), tag);
  }

  @Override
  Object readParams(ValueReader in) {
    ValueKind kind = in.peek();
    if (kind == ValueKind.OBJECT) {
      return read(in);
    }
    if (kind != ValueKind.ARRAY) {
      throw BindingException.mismatch("", Excerpt.of(in), "an object or an array");
    }
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    in.beginArray();
    for (int i = 0; in.nextElement(); i++) {
      if (i == arguments.length) {
        throw BindingException.tooMany(i);
      }
      arguments[i] = component(i, in, Excerpt.element(i));
    }
    complete(arguments, true);
    return create(arguments);
  }

  private Object readMembers(ValueReader in, int first, String tag) {
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = first; i != ValueReader.END; i = in.nextMember(names, i + 1)) {
      if (i >= 0) {
        arguments[i] = component(i, in, null);
      } else if (refusesUnknown && !in.name().equals(tag)) {
        throw BindingException.mismatch(
            Excerpt.member(in.name()), "unknown field", Schemas.oneOf(texts()));
      } else {
        in.skipValue();
      }
    }
    complete(arguments, false);
    return create(arguments);
  }

  private List<String> texts() {
    return components().stream().map(one -> one.name().text()).toList();
  }

  private @Nullable Object component(int i, ValueReader in, @Nullable String position) {
    Component component = components[i];
    try {
      Object value = component.isRequired ? component.type.read(in) : component.type.readOrNull(in);
      if (value == null && component.isRequired) {
        throw component.type.mismatch(in);
      }
      return value;
    } catch (BindingException e) {
      throw e.under(position == null ? Excerpt.member(component.name.text()) : position);
    }
  }

  private void complete(@Nullable Object[] arguments, boolean byPosition) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] == null) {
        Component component = components[i];
        if (component.isRequired) {
          throw BindingException.mismatch(
              byPosition ? Excerpt.element(i) : Excerpt.member(component.name.text()),
              "missing",
              component.type.expected());
        }
        arguments[i] = component.type.absent();
      }
    }
  }

  private Object create(@Nullable Object[] arguments) {
    try {
      return (Object) constructor.invokeExact(arguments);
    } catch (Throwable e) {
      throw Refusal.of("", e);
    }
  }

  /**
   * The short way for a record of nothing but scalars and Optionals of them, which needs no reader:
   * all components that must be there are, and all in their order, so that names are compared and
   * not looked up. It takes a quarter of the time.
   *
   * @return null if it is written otherwise, or wrong: the reader knows
   */
  @Nullable Object readInOrder(Bytes json) {
    if (before == null) {
      return null;
    }
    byte[] array = json.array();
    int to = json.to();
    int p = json.from();
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < arguments.length; i++) {
      ValueBinder type = components[i].type;
      int start = before[i].valueStart(array, p, to);
      Object value;
      if (start < 0) {
        value = type.absent();
      } else {
        p = PlainJson.scalarEnd(array, start, to, Limits.DEFAULT);
        value = p < 0 ? null : type.readPlain(array, start, p);
      }
      if (value == null) {
        return null;
      }
      arguments[i] = value;
    }
    int brace = PlainJson.token(array, p, to);
    return brace == to - 1 && array[brace] == '}' ? create(arguments) : null;
  }

  // --- writing ---

  @Override
  void write(ValueWriter out, Object value) {
    out.beginObject(components.length);
    writeMembers(out, value);
    out.endObject();
  }

  /** Writes the members without what stands around them. */
  void writeMembers(ValueWriter out, Object value) {
    for (Component component : components) {
      try {
        Object part = get(component, value);
        out.name(component.name);
        ListBinder.write(out, part, component.type, component.isRequired);
      } catch (RuntimeException e) {
        throw EncodingException.under(Excerpt.member(component.name.text()), e);
      }
    }
  }

  private static @Nullable Object get(Component component, Object value) {
    try {
      return (@Nullable Object) component.accessor.invokeExact(value);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new EncodingException(EncodingException.NO_FORM, e);
    }
  }

  // --- what it is ---

  @Override
  String expected() {
    return "an object";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return schemas.define(this, schemaName, () -> schemaOf(schemas, new LinkedHashMap<>()));
  }

  /**
   * Its schema where it stands by itself.
   *
   * @param properties what it has beside its components
   */
  Map<String, Object> schemaOf(Schemas schemas, Map<String, Object> properties) {
    List<String> required = new ArrayList<>(properties.keySet());
    for (Component component : components) {
      properties.put(component.name.text(), schemaOf(component, schemas));
      if (component.isRequired) {
        required.add(component.name.text());
      }
    }
    return Schemas.ordered("type", "object", "properties", properties, "required", required);
  }

  /** The schema of a component's values, null among them if it may be null. */
  static Map<String, Object> schemaOf(Component component, Schemas schemas) {
    Map<String, Object> schema = component.type.schema(schemas);
    return component.isRequired || component.type instanceof OptionalBinder
        ? schema
        : Schemas.orNull(schema);
  }

  @Override
  List<ValueBinder> parts() {
    return components().stream().map(Component::type).toList();
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

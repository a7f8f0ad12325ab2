package dev.tern.core.binding;

import dev.tern.contract.Discriminator;
import dev.tern.contract.Unknown;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.core.binding.type.GenericType;
import dev.tern.core.binding.type.SerialNames;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds a sealed interface of records: an object, a member of which, the tag, says which record it
 * is. It may stand anywhere, and is written first.
 */
final class UnionBinder extends ValueBinder {
  /** The name of the member that says which record it is, unless an annotation does. */
  private static final String USUAL_TAG = "type";

  private final String schemaName;
  private final String tag;
  private final Name tagName;
  private final Names tagNames;
  private final List<String> values;
  private final Names names;
  private final List<RecordBinder> cases;
  private final Map<Class<?>, Integer> indexes = new HashMap<>();

  /** The index of the record that an unknown value becomes; -1 for none. */
  private final int unknown;

  /**
   * @throws IllegalArgumentException if two records have one tag, or two are for what is unknown,
   *     or one has a component that is named as the tag is
   */
  UnionBinder(GenericType type, List<RecordBinder> cases) {
    Discriminator wanted = type.raw().getAnnotation(Discriminator.class);
    this.schemaName = Schemas.nameOf(type);
    this.tag = wanted == null ? USUAL_TAG : wanted.value();
    this.tagName = Name.of(tag);
    this.tagNames = Names.of(tag);
    this.cases = List.copyOf(cases);
    this.values =
        cases.stream().map(one -> SerialNames.of(one.type(), one.type().getSimpleName())).toList();
    this.names = Names.of(values);
    int marked = -1;
    for (int i = 0; i < cases.size(); i++) {
      Class<?> one = cases.get(i).type();
      indexes.put(one, i);
      if (one.isAnnotationPresent(Unknown.class)) {
        if (marked >= 0) {
          throw new IllegalArgumentException("two records for what is unknown: " + one.getName());
        }
        marked = i;
      }
      if (holdsTag(i) && marked != i) {
        throw new IllegalArgumentException(
            one.getName() + "." + tag + ": named as the tag is (expected: another name)");
      }
    }
    this.unknown = marked;
  }

  private boolean holdsTag(int i) {
    return cases.get(i).components().stream().anyMatch(part -> part.name().text().equals(tag));
  }

  @Override
  Object read(ValueReader in) {
    if (in.peek() != ValueKind.OBJECT) {
      throw mismatch(in);
    }
    in.beginObject();
    int first = in.nextMember(tagNames, 0);
    ValueReader ahead = in.copy();
    int i = first;
    while (i == ValueReader.UNKNOWN) {
      ahead.skipValue();
      i = ahead.nextMember(tagNames, 0);
    }
    if (i == ValueReader.END) {
      throw BindingException.mismatch(Excerpt.member(tag), "missing", Schemas.oneOf(values));
    }
    return cases.get(indexOfCase(ahead)).readRest(in, first, tag);
  }

  private int indexOfCase(ValueReader in) {
    int i = ValueReader.UNKNOWN;
    if (in.peek() == ValueKind.STRING) {
      i = in.readString(names);
      i = i < 0 ? unknown : i;
    }
    if (i < 0) {
      in.again();
      throw BindingException.mismatch(Excerpt.member(tag), Excerpt.of(in), Schemas.oneOf(values));
    }
    return i;
  }

  @Override
  void write(ValueWriter out, Object value) {
    Integer i = indexes.get(value.getClass());
    if (i == null) {
      throw new EncodingException(
          value.getClass().getName() + " (expected: one of " + schemaName + ")", null);
    }
    RecordBinder one = cases.get(i);
    boolean isTold = i == unknown && holdsTag(i);
    out.beginObject(one.components().size() + (isTold ? 0 : 1));
    if (!isTold) {
      out.name(tagName).value(values.get(i));
    }
    one.writeMembers(out, value);
    out.endObject();
  }

  List<RecordBinder> cases() {
    return cases;
  }

  @Override
  String expected() {
    return "an object";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return schemas.define(this, schemaName, () -> oneOf(schemas));
  }

  private Map<String, Object> oneOf(Schemas schemas) {
    List<Object> all = new ArrayList<>();
    Map<String, Object> mapping = new LinkedHashMap<>();
    for (int i = 0; i < cases.size(); i++) {
      String value = values.get(i);
      RecordBinder one = cases.get(i);
      Map<String, Object> properties = new LinkedHashMap<>();
      if (!holdsTag(i)) {
        properties.put(tag, Map.of("const", value));
      }
      Map<String, Object> reference =
          schemas.define(
              List.of(this, value), // a definition of its own: without the tag it is another type
              one.type().getSimpleName(),
              () -> one.schemaOf(schemas, properties));
      all.add(reference);
      mapping.put(value, reference.get("$ref"));
    }
    return Schemas.ordered(
        "oneOf", all, "discriminator", Schemas.ordered("propertyName", tag, "mapping", mapping));
  }

  @Override
  List<ValueBinder> parts() {
    return List.copyOf(cases);
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.core.binding.error.Excerpt;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.time.DateTimeException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Binds a map: names with values. A name that stands for the same key as another is refused. */
final class MapBinder extends ValueBinder {
  private static final Names NONE = Names.of();

  private final Class<?> type;
  private final ValueBinder key;
  private final ValueBinder content;
  private final boolean isRequired;

  /** Null for those that are written only. */
  private final Containers.@Nullable Maker<Map<Object, @Nullable Object>> maker;

  /**
   * @param isRequired whether no value may be null
   */
  MapBinder(
      Class<?> type,
      ValueBinder key,
      ValueBinder content,
      boolean isRequired,
      Containers.@Nullable Maker<Map<Object, @Nullable Object>> maker) {
    this.type = type;
    this.key = key;
    this.content = content;
    this.isRequired = isRequired;
    this.maker = maker;
  }

  @Override
  Object read(ValueReader in) {
    if (in.peek() != ValueKind.OBJECT) {
      throw mismatch(in);
    }
    in.beginObject();
    Map<Object, @Nullable Object> all = new LinkedHashMap<>();
    while (in.nextMember(NONE, 0) != ValueReader.END) {
      in.willMake();
      String name = in.name();
      Object read = keyOf(name);
      if (!key.equals(Scalars.STRING) && all.containsKey(read)) {
        throw BindingException.mismatch(
            "", "the name " + Excerpt.quote(name), "a key that is there once");
      }
      try {
        all.put(read, isRequired ? content.read(in) : content.readOrNull(in));
      } catch (BindingException e) {
        throw e.under(Excerpt.member(name));
      }
    }
    return maker == null ? all : maker.make(all.size(), made -> made.putAll(all), all);
  }

  private Object keyOf(String name) {
    try {
      return key.fromName(name);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw BindingException.mismatch("", "the name " + Excerpt.quote(name), key.expected());
    }
  }

  @Override
  void write(ValueWriter out, Object value) {
    Map<?, ?> all = (Map<?, ?>) value;
    Set<String> names = areNamesApart(all) ? null : new HashSet<>();
    out.beginObject(all.size());
    for (Map.Entry<?, ?> entry : all.entrySet()) {
      String name = nameOf(entry.getKey());
      try {
        if (names != null && !names.add(name)) {
          throw new EncodingException("a name that is there twice", null);
        }
        out.name(name);
        ListBinder.write(out, entry.getValue(), content, isRequired);
      } catch (RuntimeException e) {
        throw EncodingException.under(Excerpt.member(name), e);
      }
    }
    out.endObject();
  }

  private String nameOf(@Nullable Object wanted) {
    if (wanted == null) {
      throw new EncodingException("a name that is null (expected: a value)", null);
    }
    return key.toName(wanted);
  }

  /**
   * Whether two names are never equal: of a map of texts, unless it has an order or an equality of
   * its own. An application's own map may show what it wants.
   */
  private boolean areNamesApart(Map<?, ?> map) {
    boolean isPlain =
        map.getClass().getModule() == Object.class.getModule()
            && !(map instanceof IdentityHashMap)
            && !(map instanceof SortedMap<?, ?> sorted && sorted.comparator() != null);
    return isPlain
        && (key.equals(Scalars.STRING) || map.keySet().stream().allMatch(String.class::isInstance));
  }

  @Override
  String expected() {
    return "an object";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Schemas.ordered("type", "object", "additionalProperties", content.schema(schemas));
  }

  @Override
  List<ValueBinder> parts() {
    return List.of(key, content);
  }

  @Override
  @Nullable String problem() {
    if (maker == null) {
      return Containers.noneCanBeMade(type);
    }
    return key.isKey() || key.problem() != null
        ? null
        : type.getName() + ": of keys that are no names (expected: texts, numbers, constants)";
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

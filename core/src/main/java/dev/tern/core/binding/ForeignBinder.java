package dev.tern.core.binding;

import dev.tern.core.binding.type.GenericType;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A leaf of the tree that somebody else binds, who is handed JSON. */
final class ForeignBinder extends ValueBinder {
  private final Binders binders;
  private final GenericType type;
  private final ForeignBinding.Leaf leaf;

  /** Writes a value as what it is; null where it is written as what was declared. */
  private final @Nullable ValueBinder any;

  ForeignBinder(
      Binders binders, GenericType type, ForeignBinding.Leaf leaf, @Nullable ValueBinder any) {
    this.binders = binders;
    this.type = type;
    this.leaf = leaf;
    this.any = any;
  }

  @Override
  @Nullable Object read(ValueReader in) {
    if (in.peek() == ValueKind.NULL) {
      throw mismatch(in);
    }
    return leaf.read(json(in), false);
  }

  /** A tree has a node for a null. */
  @Override
  @Nullable Object readOrNull(ValueReader in) {
    return leaf.read(json(in), false);
  }

  @Override
  @Nullable Object readParams(ValueReader in) {
    return leaf.read(json(in), true);
  }

  private static byte[] json(ValueReader in) {
    byte[] json = JsonEncoding.read(in).toByteArray();
    willMake(json, in);
    return json;
  }

  /**
   * Says that each element and each member will be made: what an object of somebody else's makes of
   * a member, a field or an entry of a map, is not known.
   */
  private static void willMake(byte[] json, ValueReader in) {
    boolean isText = false;
    boolean isFirst = false;
    for (int i = 0; i < json.length; i++) {
      byte c = json[i];
      if (isText) {
        isText = c != '"';
        i += c == '\\' ? 1 : 0;
        continue;
      }
      if (c == ',' || (isFirst && c > ' ' && c != ']' && c != '}')) {
        in.willMake();
      }
      isText = c == '"';
      isFirst = c == '[' || c == '{' || (isFirst && c <= ' ');
    }
  }

  @Override
  void write(ValueWriter out, Object value) {
    if (any == null) {
      out.json(Bytes.of(leaf.write(value)));
    } else {
      any.write(out, value);
    }
  }

  @Override
  String expected() {
    return leaf.expected();
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return type.raw().isRecord() || type.raw().isEnum()
        ? schemas.define(this, Schemas.nameOf(type), () -> schemaHere(schemas))
        : schemaHere(schemas);
  }

  /** Its schema where it stands by itself. */
  Map<String, Object> schemaHere(Schemas schemas) {
    return leaf.schema(part -> binder(part).schema(schemas));
  }

  private ValueBinder binder(Type part) {
    return binders.of(GenericType.of(part));
  }

  @Override
  List<ValueBinder> parts() {
    return leaf.parts().stream().map(this::binder).toList();
  }

  @Override
  @Nullable String problem() {
    return leaf.problem();
  }

  @Nullable String problemOfWriting() {
    return leaf.problemOfWriting(part -> TypeRules.problemOf(binder(part)));
  }

  @Override
  boolean mayBeParams() {
    return leaf.mayBeParams();
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds what is a message of another library, as a whole. */
final class MessageBinder extends ValueBinder {
  private final Class<?> type;
  private final MessageBinding.Leaf leaf;

  MessageBinder(Class<?> type, MessageBinding.Leaf leaf) {
    this.type = type;
    this.leaf = leaf;
  }

  MessageBinding.Leaf leaf() {
    return leaf;
  }

  @Override
  Object read(ValueReader in) {
    return leaf.read(encoded(in), null);
  }

  /** A stranger's: what is made of it counts. */
  @Override
  Object readParams(ValueReader in) {
    return leaf.read(encoded(in), in::willMake);
  }

  /** In JSON one is only ever told, as what became of an operation is. */
  private Bytes encoded(ValueReader in) {
    boolean isTold = in instanceof JsonReader && in.peek() == ValueKind.STRING;
    Bytes encoded = isTold || in.isMessage() ? in.readBytes() : null;
    if (encoded == null) {
      throw mismatch(in);
    }
    return encoded;
  }

  @Override
  void write(ValueWriter out, Object value) {
    out.message(leaf.write(value));
  }

  @Override
  String expected() {
    return "the message " + leaf.name();
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Schemas.ordered("x-message", leaf.name(), "x-encoding", leaf.encoding());
  }

  @Override
  @Nullable String problem() {
    return leaf.problem();
  }

  /** Why it is no part of another value. */
  String problemWithin() {
    return type.getName()
        + ": a message within a value (expected: as the whole of params or of a result)";
  }

  @Override
  boolean mayBeParams() {
    return true;
  }
}

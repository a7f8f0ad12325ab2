package dev.tern.core.binding;

import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands for a type that has no form: {@code listen} refuses it, and so does each value. */
final class UnfitBinder extends ValueBinder {
  private final String problem;

  /** Writes a value as what it is; null where only what is declared is written. */
  private final @Nullable ValueBinder any;

  UnfitBinder(String problem, @Nullable ValueBinder any) {
    this.problem = problem;
    this.any = any;
  }

  @Override
  Object read(ValueReader in) {
    throw new IllegalStateException(problem);
  }

  @Override
  void write(ValueWriter out, Object value) {
    if (any == null) {
      throw new EncodingException(problem, null);
    }
    any.write(out, value);
  }

  @Override
  String expected() {
    return "a fitting value";
  }

  @Override
  Map<String, Object> schema(Schemas schemas) {
    return Map.of("type", "object");
  }

  @Override
  String problem() {
    return problem;
  }
}

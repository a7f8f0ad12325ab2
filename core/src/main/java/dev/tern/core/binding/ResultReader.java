package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/**
 * Binds the results of one method at the client; built once, for many threads.
 *
 * @param <R> the type of the result; {@code Void} takes anything and gives null
 */
public final class ResultReader<R> {
  private final @Nullable Binder binder;

  ResultReader(JsonCodec codec, Type ref) {
    JavaType type = codec.types().constructType(ref);
    this.binder = JsonSchema.isVoid(type) ? null : codec.binder(type, false);
  }

  /**
   * The result as a Java value; a JSON null is null, or what stands for it in the type.
   *
   * @param result one JSON value that was validated before
   * @throws BindingException if it does not fit, or a record's constructor refused it; anything
   *     else that it throws passes through
   */
  @SuppressWarnings("unchecked") // the binder was made for R
  public @Nullable R read(Bytes result) {
    return binder == null ? null : (R) binder.bind(result.joined());
  }
}

package dev.tern.core.binding;

import dev.tern.protocol.Bytes;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/**
 * Binds the params of one method; built once, for many threads.
 *
 * <ul>
 *   <li>A record is bound by name from an object, or by position from an array; trailing components
 *       may be missing if they are optional.
 *   <li>Anything else (a Map, a List, a JsonNode, a bean) takes the params as a whole.
 *   <li>{@code Void} takes none: an empty object or array is none too, members of an object are
 *       unknown fields, an element of an array is one too many.
 * </ul>
 *
 * @param <P> the type of the params
 */
public final class ParamsReader<P extends @Nullable Object> {
  private static final Bytes EMPTY_OBJECT = Bytes.of(new byte[] {'{', '}'});
  private static final Bytes EMPTY_ARRAY = Bytes.of(new byte[] {'[', ']'});

  private final Binder binder;
  private final Bytes none;
  private final boolean isVoid;

  ParamsReader(JsonCodec codec, Type ref) {
    JavaType type = codec.types().constructType(ref);
    if (Scalar.of(type) != null || type.isEnumType() || type.isReferenceType()) {
      throw new IllegalArgumentException(
          ref.getTypeName()
              + ": no type for params (expected: a record, a Map, a List or the like)");
    }
    this.isVoid = JsonSchema.isVoid(type);
    Object kind = isVoid ? null : new JsonSchema(codec.types()).of(type).get("type");
    if (kind instanceof String name && !name.equals("object") && !name.equals("array")) {
      throw new IllegalArgumentException(
          ref.getTypeName()
              + ": a "
              + name
              + " in JSON, which params never are (expected: a record)");
    }
    this.none = type.isCollectionLikeType() || type.isArrayType() ? EMPTY_ARRAY : EMPTY_OBJECT;
    this.binder = codec.binder(isVoid ? codec.types().constructType(None.class) : type, true);
  }

  /**
   * The params as a Java value; null for {@code Void} only.
   *
   * @param params a JSON object or array that was validated before; null for none
   * @throws BindingException if they do not fit, or the record's constructor refused them; anything
   *     else that it throws passes through
   */
  @SuppressWarnings({
    "unchecked", // the binder was made for P
    "NullAway" // null is what Void has
  })
  public P read(@Nullable Bytes params) {
    Bytes json = params == null || isNull(params) ? none : params;
    Object value = binder.bind(json.joined());
    return (P) (isVoid ? null : value);
  }

  private static boolean isNull(Bytes json) {
    return json.length() == 4 && json.array()[json.from()] == 'n';
  }

  /** What {@code Void} methods get. */
  private record None() {}
}

package dev.tern.core.binding;

import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.ValueReader;
import org.jspecify.annotations.Nullable;

/**
 * Binds the params of one method; built once, for many threads.
 *
 * <ul>
 *   <li>A record is bound by name from an object, or by position from an array; trailing components
 *       may be missing if they are optional.
 *   <li>Anything else (a Map, a List, a sealed interface, a message of another library) takes the
 *       params as a whole.
 *   <li>{@code Void} takes none: an empty object or array is none too, members of an object are
 *       unknown fields, an element of an array is one too many.
 * </ul>
 *
 * @param <P> the type of the params
 */
public final class ParamsReader<P extends @Nullable Object> {
  private static final Bytes EMPTY_OBJECT = Bytes.of(new byte[] {'{', '}'});
  private static final Bytes EMPTY_ARRAY = Bytes.of(new byte[] {'[', ']'});

  private final ValueBinder binder;
  private final Bytes none;
  private final boolean isVoid;

  /**
   * @param isVoid whether nobody wants the value
   */
  ParamsReader(ValueBinder binder, boolean isVoid) {
    this.binder = binder;
    this.isVoid = isVoid;
    this.none =
        switch (binder) {
          case ListBinder _, ArrayBinder _ -> EMPTY_ARRAY;
          case MessageBinder _ -> Messages.NULL; // an empty message is one that is sent
          default -> EMPTY_OBJECT;
        };
  }

  /** What {@code Void} methods get. */
  record None() {}

  /**
   * The params as a Java value; null for {@code Void} only.
   *
   * @param params a JSON object or array that was validated before; null for none
   * @throws BindingException if they do not fit, or the record's constructor refused them; anything
   *     else that it throws passes through
   */
  public P read(@Nullable Bytes params) {
    return read(params, JsonEncoding.JSON, null);
  }

  /**
   * As {@link #read(Bytes)}, in any encoding, of which no more is made than is allowed.
   *
   * @param allowance null for whatever there is
   * @throws dev.tern.protocol.value.NoRoomException if that is used up
   */
  @SuppressWarnings({
    "unchecked", // the binder was made for P
    "NullAway" // null is what Void has
  })
  public P read(@Nullable Bytes params, Encoding encoding, @Nullable Allowance allowance) {
    Object value =
        params != null && encoding != JsonEncoding.JSON
            ? readOther(encoding.reader(params.joined(), allowance))
            : readJson(params, allowance);
    return (P) (isVoid ? null : value);
  }

  private @Nullable Object readOther(ValueReader in) {
    requireExpected(in, binder);
    return binder.readParams(in);
  }

  /**
   * Looks whether a message was declared, if there is one.
   *
   * @throws BindingException if it was not
   */
  static void requireExpected(ValueReader in, ValueBinder binder) {
    if (in.isMessage() && !(binder instanceof MessageBinder)) {
      throw binder.mismatch(in);
    }
  }

  private @Nullable Object readJson(@Nullable Bytes params, @Nullable Allowance allowance) {
    Bytes json = params == null || isNull(params) ? none : params.joined();
    Object value = binder instanceof RecordBinder record ? record.readInOrder(json) : null;
    return value == null ? binder.readParams(new JsonReader(json, allowance)) : value;
  }

  private static boolean isNull(Bytes json) {
    return json.length() == 4 && json.array()[json.from()] == 'n';
  }
}

package dev.tern.core.access;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import org.jspecify.annotations.Nullable;

/**
 * Which key an operation has. A bare client has no place for one: there a UUID as the id is the
 * key. Any other id counts from 1 in every library, and one caller would get another's reply.
 */
public final class OperationKeys {
  private static final int UUID_LENGTH = 36;
  private static final String NIL = "00000000-0000-0000-0000-000000000000";
  private static final String MAX = "ffffffff-ffff-ffff-ffff-ffffffffffff";

  private OperationKeys() {}

  /** The key of a request; null if it has none. */
  public static @Nullable String of(Dialect dialect, @Nullable Id id, Meta meta) {
    return dialect == Dialect.BARE ? ofBare(dialect, id) : meta.get(Meta.KEY);
  }

  /** The key of a bare request; null if it has none, or is of another dialect. */
  public static @Nullable String ofBare(Dialect dialect, @Nullable Id id) {
    return dialect == Dialect.BARE && id instanceof Id.Text(String text) && isUuid(text)
        ? text
        : null;
  }

  /** Whether it is a UUID as RFC 9562 writes them, in small letters, and says anything. */
  private static boolean isUuid(String text) {
    if (text.length() != UUID_LENGTH || text.equals(NIL) || text.equals(MAX)) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean isDash = i == 8 || i == 13 || i == 18 || i == 23;
      if (isDash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }
}

package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes errors of which the same one leaves again and again, as when a server refuses a flood of
 * calls: what follows the id is encoded once it has come twice in a row, and copied until another
 * error has. Thread-safe.
 */
public final class RepeatedErrors {
  private static final WireFormat V1 = WireFormat.json(Dialect.V1);
  private static final Id ZERO = new Id.Number(0);
  private static final int BEFORE_TAIL = "{'id':0".length();

  /**
   * @param tail what follows the id
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody changes or compares it
  private record Kept(WireError error, byte[] tail) {}

  private volatile @Nullable Kept kept;

  /** The last one that was not the kept one. Threads that race at worst encode once more. */
  private @Nullable WireError last;

  /** Writes what {@link Messages#error(WireFormat, Id, WireError, ReplyMeta)} writes. */
  public Bytes error(WireFormat format, @Nullable Id id, WireError error, ReplyMeta meta) {
    if (!format.equals(V1)
        || !meta.saysNothing()
        || !(id instanceof Id.Number number)
        || number.bits() < 0) {
      return Messages.error(format, id, error, meta);
    }
    Kept known = kept;
    if (known == null || !isSame(known.error(), error)) {
      WireError before = last;
      last = error;
      if (before == null || !isSame(before, error)) {
        return Messages.error(format, id, error, meta);
      }
      byte[] whole = Messages.error(Dialect.V1, ZERO, error).toByteArray();
      known = new Kept(error, Arrays.copyOfRange(whole, BEFORE_TAIL, whole.length));
      kept = known;
    }
    return UsualJson.writeError(number.bits(), known.tail());
  }

  /** Whether they are written alike, as far as that is seen without looking into them. */
  @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // equal ones are only written anew
  private static boolean isSame(WireError one, WireError other) {
    return one == other
        || (one.message() == other.message()
            && one.code() == other.code()
            && one.executed() == other.executed()
            && one.details() == other.details());
  }
}

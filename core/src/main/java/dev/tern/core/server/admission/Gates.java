package dev.tern.core.server.admission;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls of all connections together, by their number and by their bytes. (The session
 * has refused already what is over its connection's cap or past its deadline.) Thread-safe.
 */
public final class Gates {
  /** Of an error's details, for who may come back soon. */
  public static final String RETRY_SOON = "{\"retry_after_ms\":100}";

  private static final WireError TOO_MANY =
      WireError.of(ErrorCode.SERVER_BUSY, "too many calls in flight at this server")
          .withDetails(RETRY_SOON);
  private static final WireError TOO_MANY_BYTES =
      WireError.of(ErrorCode.SERVER_BUSY, "too many bytes in flight at this server")
          .withDetails(RETRY_SOON);

  private final int maxInFlight;
  private final ByteBudget bytes;
  private final AtomicInteger inFlight = new AtomicInteger();

  public Gates(int maxInFlight, ByteBudget bytes) {
    this.maxInFlight = maxInFlight;
    this.bytes = bytes;
  }

  /** Calls that were let in and have not left. */
  public int inFlight() {
    return inFlight.get();
  }

  /** The gates as a new connection sees them. */
  public Admission newAdmission() {
    return new OfConnection();
  }

  private final class OfConnection implements Admission {
    /** Calls that have left since the others were told: once for the many of one read. */
    private int left;

    @Override
    public @Nullable WireError admit(ServerCall call) {
      // The bytes of a call that has waited are held already, and running is what frees them.
      if (!call.hasWaited() && !bytes.hasRoomFor(call.heldBytes())) {
        return TOO_MANY_BYTES;
      }
      if (inFlight.incrementAndGet() > maxInFlight) {
        inFlight.decrementAndGet();
        return TOO_MANY;
      }
      return null;
    }

    @Override
    public void left() {
      left++;
    }

    @Override
    public void settle() {
      if (left > 0) {
        inFlight.addAndGet(-left);
        left = 0;
      }
    }
  }
}

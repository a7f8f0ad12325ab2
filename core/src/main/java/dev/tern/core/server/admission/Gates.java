package dev.tern.core.server.admission;

import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls of all connections together, by their number and by their bytes. (The session
 * has refused already what is over its connection's cap or past its deadline.) Thread-safe.
 */
public final class Gates {
  public static final byte[] RETRY_SOON =
      JsonCodec.DEFAULT.encode(Map.of("retry_after_ms", 100)).toByteArray();
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
    /** Places that were taken for calls which have yet to be asked about. */
    private int places;

    /** Calls that have left since the others were told. */
    private int left;

    @Override
    public @Nullable WireError admit(ServerCall call, int arrived) {
      if (places == 0) {
        places = take(arrived);
      }
      if (places == 0) {
        return TOO_MANY;
      }
      // The bytes of a call that has waited are held already, and running is what frees them.
      if (!call.hasWaited() && !bytes.hasRoomFor(call.heldBytes())) {
        return TOO_MANY_BYTES;
      }
      places--;
      return null;
    }

    /** Takes as many of these places as there are. */
    private int take(int wanted) {
      int over = inFlight.addAndGet(wanted) - maxInFlight;
      int refused = Math.clamp(over, 0, wanted);
      if (refused > 0) {
        inFlight.addAndGet(-refused);
      }
      return wanted - refused;
    }

    @Override
    public void left() {
      left++;
    }

    @Override
    public void settle() {
      if (left + places > 0) {
        inFlight.addAndGet(-left - places);
        left = 0;
        places = 0;
      }
    }
  }
}

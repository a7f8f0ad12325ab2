package dev.tern.core.server.admission;

import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a call passes on the thread that read it, before its params are parsed or a thread is spent
 * on it. Gates never block; they refuse with errors made once, so that a flood stays cheap. (The
 * session has refused already what is over the connection's cap or past its deadline.) Thread-safe.
 */
public final class Gates {
  /** A call that holds less goes on while the byte budget is exceeded, until that is full. */
  private static final int SMALL_CALL_BYTES = 1 << 10;

  public static final byte[] RETRY_SOON =
      JsonCodec.DEFAULT.encode(Map.of("retry_after_ms", 100)).toByteArray();
  public static final WireError TOO_MANY =
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

  /**
   * Lets in as many of these calls as there is room for, and says how many. Each of them must
   * {@link #leave}.
   */
  public int enter(int calls) {
    int over = inFlight.addAndGet(calls) - maxInFlight;
    if (over <= 0) {
      return calls;
    }
    int refused = Math.min(over, calls);
    inFlight.addAndGet(-refused);
    return calls - refused;
  }

  /** So many calls that were let in have left. */
  public void leave(int calls) {
    inFlight.addAndGet(-calls);
  }

  /** Calls that were let in and have not left. */
  public int inFlight() {
    return inFlight.get();
  }

  /**
   * Says why a call that was let in may not begin all the same, if there is no room for its bytes.
   *
   * @param hasWaited for its turn: its bytes are held already, and it is running that frees them
   */
  public @Nullable WireError refuses(ServerCall call, boolean hasWaited) {
    if (!hasWaited && isTooLarge(call)) {
      return TOO_MANY_BYTES;
    }
    return null;
  }

  /** The connection counts the bytes, of many calls at once. */
  private boolean isTooLarge(ServerCall call) {
    return call.heldBytes() < SMALL_CALL_BYTES ? bytes.isFull() : bytes.isExceeded();
  }
}

package dev.tern.core;

import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.ServerCall;
import dev.tern.protocol.WireError;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a call passes on the thread that read it, before its params are parsed or a thread is spent
 * on it. Gates never block; they refuse with errors made once, so that a flood stays cheap. (The
 * session has refused already what is over the connection's cap or past its deadline.) Thread-safe.
 */
final class Gates {
  /** Params smaller than this are bounded by the number of calls. */
  static final int SMALL_PARAMS_BYTES = 1 << 10;

  static final byte[] RETRY_SOON = JsonCodec.DEFAULT.encode(Map.of("retry_after_ms", 100));
  static final WireError TOO_MANY =
      WireError.of(ErrorCode.SERVER_BUSY, "too many calls in flight at this server")
          .withDetails(RETRY_SOON);
  private static final WireError TOO_MANY_BYTES =
      WireError.of(ErrorCode.SERVER_BUSY, "too many bytes in flight at this server")
          .withDetails(RETRY_SOON);

  private final int maxInFlight;
  private final ByteBudget bytes;
  private final AtomicInteger inFlight = new AtomicInteger();

  Gates(int maxInFlight, ByteBudget bytes) {
    this.maxInFlight = maxInFlight;
    this.bytes = bytes;
  }

  /**
   * Lets in as many of these calls as there is room for, and says how many. Each of them must
   * {@link #leave}.
   */
  int enter(int calls) {
    int over = inFlight.addAndGet(calls) - maxInFlight;
    if (over <= 0) {
      return calls;
    }
    int refused = Math.min(over, calls);
    inFlight.addAndGet(-refused);
    return calls - refused;
  }

  /** So many calls that were let in have left. */
  void leave(int calls) {
    inFlight.addAndGet(-calls);
  }

  /** Calls that were let in and have not left. */
  int inFlight() {
    return inFlight.get();
  }

  /** Takes what a call holds, or says why not. What was taken must be given {@link #back}. */
  @Nullable WireError take(ServerCall call) {
    int size = sizeOf(call);
    if (size > 0) {
      if (bytes.isExceeded()) {
        return TOO_MANY_BYTES;
      }
      bytes.add(size);
    }
    return null;
  }

  /** Gives back what a call has held. */
  void back(ServerCall call) {
    bytes.add(-sizeOf(call));
  }

  private static int sizeOf(ServerCall call) {
    byte[] params = call.request().params();
    return params == null || params.length < SMALL_PARAMS_BYTES ? 0 : params.length;
  }
}

package dev.tern.core.server.admission;

import dev.tern.core.Counter;
import dev.tern.core.observe.Tally;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls of all connections together, by their number and by their bytes. (The session
 * has refused already what is over its connection's cap or past its deadline.) Thread-safe.
 */
public final class Gates {
  /** Of an error's details, for who may come back soon. */
  public static final String RETRY_SOON = "{\"retry_after_ms\":100}";

  private final int maxInFlight;
  private final ByteBudget bytes;
  private final Tally tally;
  private final Caller.All callers = new Caller.All();
  private final InFlight inFlight = new InFlight();
  private final Refusal tooMany = new Refusal("too many calls in flight at this server");
  private final Refusal tooManyBytes = new Refusal("too many bytes in flight at this server");

  public Gates(int maxInFlight, ByteBudget bytes, Tally tally) {
    this.maxInFlight = maxInFlight;
    this.bytes = bytes;
    this.tally = tally;
  }

  /** Calls that were let in and have not left. */
  public int inFlight() {
    return inFlight.count();
  }

  /** The gates as a new connection sees them. */
  public Admission newAdmission(Connection connection) {
    return admissionOf(Caller.nameOf(connection));
  }

  Admission admissionOf(Object callersName) {
    return new OfConnection(callersName);
  }

  private final class OfConnection implements Admission {
    /** Calls that have left since the others were told: once for the many of one read. */
    private int left;

    private final Object name;

    /** Null until a call is under a limit: the others pay nothing. */
    private @Nullable Caller caller;

    /** Calls that were admitted and have not left. */
    private int open;

    private boolean closed;

    private OfConnection(Object name) {
      this.name = name;
    }

    @Override
    public @Nullable WireError admit(ServerCall call, List<Places> limits, long now) {
      // The bytes of a call that has waited are held already, and running is what frees them.
      if (!call.hasWaited() && !bytes.hasRoomFor(call.heldBytes())) {
        tally.count(Counter.REFUSED_BYTES);
        return tooManyBytes.after(inFlight.retryMillis(now));
      }
      WireError full = limits.isEmpty() ? null : limits.getFirst().refuseIfFull(now);
      if (full != null) {
        return full;
      }
      if (!inFlight.enter(maxInFlight)) {
        tally.count(Counter.REFUSED_SERVER_FULL);
        return tooMany.after(inFlight.retryMillis(now));
      }
      open++;
      return null;
    }

    @Override
    public Ticket ticket(List<Places> way, ServerCall call, Ticket.Holder holder) {
      Caller known = caller;
      if (known == null) {
        known = callers.enter(name);
        caller = known;
      }
      return new Ticket(way, known, call, holder);
    }

    @Override
    public void left() {
      left++;
      open--;
      forgetCaller();
    }

    @Override
    public void closed() {
      closed = true;
      forgetCaller();
    }

    /** Not before its last call has left: else who connects anew would have a new share. */
    private void forgetCaller() {
      if (closed && open == 0 && caller != null) {
        caller = null;
        callers.leave(name);
      }
    }

    @Override
    public void settle() {
      if (left > 0) {
        inFlight.leave(left);
        left = 0;
      }
    }
  }
}

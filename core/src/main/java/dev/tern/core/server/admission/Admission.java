package dev.tern.core.server.admission;

import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls of one connection may begin, before their params are parsed or a thread is
 * spent on them. In the connection's serial context; never blocks. A flood of calls must stay
 * cheap.
 */
public interface Admission {

  /**
   * Lets a call begin, or says what the peer is told instead. The errors are made once.
   *
   * @param limits that it will need a {@link #ticket} for
   */
  @Nullable WireError admit(ServerCall call, List<Places> limits, long now);

  /**
   * The ticket of a call that was admitted, which is under limits besides.
   *
   * @param way the limits, not empty
   */
  Ticket ticket(List<Places> way, ServerCall call, Ticket.Holder holder);

  /** A call that was admitted has come to its end. */
  void left();

  /** Tells what all connections share about the calls that have left since the last time. */
  void settle();

  /** The connection has closed. Calls that run still leave. */
  void closed();
}

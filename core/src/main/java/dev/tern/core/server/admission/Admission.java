package dev.tern.core.server.admission;

import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls of one connection may begin, before their params are parsed or a thread is
 * spent on them. In the connection's serial context; never blocks. A flood of calls must stay
 * cheap: what all connections share is asked once for the calls of one read.
 */
public interface Admission {

  /**
   * Lets a call begin, or says what the peer is told instead. The errors are made once.
   *
   * @param arrived how many calls have come with this one, and will be asked about next; itself
   *     included
   */
  @Nullable WireError admit(ServerCall call, int arrived);

  /** A call that was admitted has come to its end. */
  void left();

  /** Tells what all connections share about the calls that have come and gone since the last. */
  void settle();
}

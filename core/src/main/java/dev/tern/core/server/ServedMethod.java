package dev.tern.core.server;

import dev.tern.core.Caller;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.server.admission.Places;
import dev.tern.core.server.once.Duplicates;
import dev.tern.protocol.session.ServerCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method as a server offers it.
 *
 * @param limits of its running calls, the method's own first; empty for none
 * @param duplicates finds calls that must not wait where the method runs; null if they may
 * @param chain the filters with the user's code inside
 * @param isHousekeeping whether it is what peers ask by themselves: let in however busy the server
 *     is, and neither counted nor logged unless it fails
 */
record ServedMethod(
    Method<?, ?> method,
    Lane lane,
    Handler chain,
    List<Places> limits,
    @Nullable Duplicates duplicates,
    boolean isHousekeeping) {

  /**
   * Its limits, unless a call may turn out to wait for another one, which needs no place.
   *
   * @param caller as far as it is known
   */
  List<Places> surelyAsked(ServerCall call, Caller caller) {
    return duplicates == null || !duplicates.hasOther(call.request(), caller) ? limits : List.of();
  }
}

package dev.tern.core.server.auth;

import dev.tern.core.Caller;
import dev.tern.core.Handler;
import dev.tern.protocol.WireError;
import org.jspecify.annotations.Nullable;

/**
 * What is known of who calls, when a call arrives.
 *
 * @param caller as far as it is known
 * @param refusal what the peer is told instead; null if the call may go on
 * @param failure answers in place of the method, as nobody could find out who calls; null if
 *     somebody could
 */
public record AuthResult(Caller caller, @Nullable WireError refusal, @Nullable Handler failure) {

  /** A call that may go on. */
  public static AuthResult of(Caller caller) {
    return new AuthResult(caller, null, null);
  }

  AuthResult refused(WireError error) {
    return new AuthResult(caller, error, null);
  }

  AuthResult failed(Handler instead) {
    return new AuthResult(caller, null, instead);
  }
}

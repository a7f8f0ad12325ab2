package dev.tern.core.client.auth;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;

/**
 * Keeps a bearer token from whoever reads a connection that is not encrypted.
 *
 * @param allowsPlain whether it may be read
 */
public record TokenGuard(boolean allowsPlain) {
  /**
   * Looks at what is about to be sent.
   *
   * @param connection which it is to be sent over; whom it has at its other end is looked at
   * @throws RpcException UNAUTHORIZED, "no", if it holds a token that must not leave
   */
  public void check(Meta meta, Connection connection) {
    if (allowsPlain || meta.get(Meta.AUTH) == null || connection.tls() != null) {
      return;
    }
    SocketAddress peer = connection.remoteAddress();
    if (!isThisMachine(peer)) {
      String message =
          "the token was not sent to "
              + peer
              + ": whoever is on the way could read it (expected: TLS, or a server on this machine)";
      WireError error = WireError.of(ErrorCode.UNAUTHORIZED, message);
      throw CORE.error(Origin.CLIENT, error, Map.of(), null);
    }
  }

  private static boolean isThisMachine(SocketAddress peer) {
    return peer instanceof InetSocketAddress address
        && !address.isUnresolved()
        && address.getAddress().isLoopbackAddress();
  }
}

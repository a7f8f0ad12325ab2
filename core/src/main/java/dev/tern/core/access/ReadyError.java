package dev.tern.core.access;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.RpcException;
import dev.tern.protocol.WireError;

/**
 * An error of a server's that is made once, as it may be asked for in a flood: it has no trace and
 * no details, and nobody can change it.
 *
 * @param thrown for filters
 * @param wire as it leaves
 */
public record ReadyError(RpcException thrown, WireError wire) {
  /** What a server says again and again. */
  public static ReadyError of(RpcException thrown) {
    return new ReadyError(thrown, CORE.wireOf(thrown));
  }
}

package dev.tern.bench.contender;

/**
 * One way to make calls over loopback. Each side runs in a JVM of its own, so a contender must not
 * share anything between the two but the port.
 */
public interface Contender extends Served {

  /** False where a connection carries one call at a time: then each caller has one of its own. */
  default boolean multiplexes() {
    return true;
  }

  /** Prepares the client for the server on this port of 127.0.0.1. */
  ClientSide client(int port) throws Exception;
}

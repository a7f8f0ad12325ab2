package dev.tern.bench;

/**
 * One way to make a call over loopback: {@code add(1, 2)}, or as near to it as it comes. Each side
 * runs in a JVM of its own, so a contender must not share anything between the two but the port.
 */
interface Contender {

  /** The name on the command line and in tables. */
  String name();

  /** Starts the server on a free port of 127.0.0.1. */
  Service serve() throws Exception;

  /** Connects, once: all callers share the connection. */
  Caller connect(int port) throws Exception;

  /** A running server. */
  interface Service extends AutoCloseable {
    int port();

    @Override
    void close();
  }

  /** What a caller's virtual thread does over and over. */
  interface Caller extends AutoCloseable {
    /** Makes one call, blocks until its answer is there, and checks it. */
    void call() throws Exception;

    @Override
    void close();
  }
}

package dev.tern.bench.contender;

/** A running server. */
public interface ServerSide extends Side {
  /** The port that it listens on. */
  int port();
}

package dev.tern.bench.contender;

/** What the connections of a client share: event loops, pools. */
public interface ClientSide extends Side {
  /** Opens one connection. It may be opened by its first call instead. */
  Connection connect() throws Exception;
}

package dev.tern.transport.memory;

/** Which way bytes travel on a connection, seen from the side that connected. */
public enum Direction {
  /** From the side that connected to the side that accepted. */
  TO_SERVER,
  /** From the side that accepted to the side that connected. */
  TO_CLIENT
}

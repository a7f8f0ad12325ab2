package dev.tern.core;

/** Where a method runs. The same chain of filters runs on each. */
public sealed interface Lane {

  /** A virtual thread a call: may block as it likes. The default. */
  Lane VIRTUAL = new Virtual();

  /**
   * The thread that read the request: no hop. For methods that never block and take microseconds;
   * what they take, every connection of that thread waits.
   */
  Lane INLINE = new Inline();

  /**
   * A bounded pool of platform threads, declared at the server by that name. For work that keeps a
   * processor busy: virtual threads are not time-sliced, and spinning ones starve the others.
   */
  static Lane pool(String name) {
    return new Pool(name);
  }

  /** See {@link #VIRTUAL}. */
  record Virtual() implements Lane {}

  /** See {@link #INLINE}. */
  record Inline() implements Lane {}

  /** See {@link #pool}. */
  record Pool(String name) implements Lane {}
}

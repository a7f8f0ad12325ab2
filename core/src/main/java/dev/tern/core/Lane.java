package dev.tern.core;

import java.util.Objects;
import java.util.concurrent.Executor;

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

  /**
   * Threads of the user's: an executor that the server neither starts nor shuts down. Close the
   * server first: calls that it has handed over are answered only if they run. What the executor
   * rejects is answered SERVER_BUSY, "no". Running a task on the thread that hands it over, as
   * {@code CallerRunsPolicy} does, is refused, as it would hold up a connection: SERVER_BUSY, too,
   * and an executor that always does is refused by {@code listen}. One that discards tasks silently
   * loses the calls: their callers wait until their deadlines. {@code execute} must not wait, for
   * room in its queue or for the task: the connection would wait as well, and if that is what holds
   * up the running calls, for ever.
   */
  static Lane of(Executor executor) {
    return new Threads(executor);
  }

  /** See {@link #VIRTUAL}. */
  record Virtual() implements Lane {}

  /** See {@link #INLINE}. */
  record Inline() implements Lane {}

  /** See {@link #pool}. */
  record Pool(String name) implements Lane {
    public Pool {
      Objects.requireNonNull(name, "name: null (expected: that of a pool of the server's)");
    }
  }

  /** See {@link #of}. */
  record Threads(Executor executor) implements Lane {
    public Threads {
      Objects.requireNonNull(executor, "executor: null (expected: one that runs its tasks)");
    }
  }
}

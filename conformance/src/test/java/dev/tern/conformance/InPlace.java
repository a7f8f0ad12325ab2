package dev.tern.conformance;

import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;

/** For what reads files again: it is over when the clock that woke it stands. */
final class InPlace {
  private InPlace() {}

  /** An environment with that clock, whose virtual threads run what they are given in place. */
  static Environment on(Timers clock) {
    return new Environment(
        clock,
        task ->
            new Thread(task) {
              @Override
              public void start() {
                String name = Thread.currentThread().getName();
                task.run();
                Thread.currentThread().setName(name);
              }
            },
        Environment.SYSTEM.platformThreads(),
        Environment.SYSTEM.random());
  }
}

package dev.tern.bench.lab.trial;

import dev.tern.core.Effect;
import dev.tern.core.Method;

/** What is called. */
public enum Operation {
  /** Reads the counter. */
  GET("get", Effect.READ),
  /** Adds 1 to it each time that it runs. */
  INC("inc", Effect.UNSAFE),
  /** Adds 1 to it once for each operation, however often that is called. */
  INC_ONCE("inc, once-only", Effect.ONCE);

  private final String words;
  private final Effect effect;

  Operation(String words, Effect effect) {
    this.words = words;
    this.effect = effect;
  }

  /** What is added. */
  record Amount(int by) {}

  Method<Amount, Integer> method() {
    String name = this == INC_ONCE ? "incOnce" : words;
    return Method.of(name, Amount.class, Integer.class).effect(effect);
  }

  /** For a reader. */
  public String inWords() {
    return words;
  }
}

package dev.tern.bench.lab.trial;

import java.util.Locale;

/** How far the waits of a backoff are spread. */
public enum Jitter {
  /** Each wait is the longest one. */
  NONE,
  /** From half of the longest one to all of it. */
  HALF,
  /** From nothing to the longest one, as the client does by itself. */
  FULL;

  /** A chance from 0 to less than 1, made narrower. */
  double spread(double chance) {
    return switch (this) {
      case NONE -> Math.nextDown(1.0);
      case HALF -> 0.5 + chance / 2;
      case FULL -> chance;
    };
  }

  /** For a reader. */
  public String inWords() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.tern.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The verdict that every error carries: may the operation have taken effect? Ordered by certainty.
 */
public enum Executed {
  /** The handler was never started: the operation has no effect and may be tried again. */
  NO("no"),
  /** Nobody can tell whether the handler ran, or how far it got. */
  MAYBE("maybe"),
  /** The handler reached this answer; repeating the call will not help. */
  YES("yes");

  private final String wire;

  Executed(String wire) {
    this.wire = wire;
  }

  /** The word on the wire: {@code no}, {@code maybe} or {@code yes}. */
  public String wire() {
    return wire;
  }

  /** Reads a verdict; a missing or unknown word promises nothing and is {@link #MAYBE}. */
  public static Executed ofWire(@Nullable String word) {
    return switch (word) {
      case "no" -> NO;
      case "yes" -> YES;
      case null, default -> MAYBE;
    };
  }
}

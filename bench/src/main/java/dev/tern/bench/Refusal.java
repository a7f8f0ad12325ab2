package dev.tern.bench;

/** Why a server refuses a call that has just arrived. */
public enum Refusal {
  /** The method's limit is reached, and has no queue. */
  BUSY,
  /** As many calls run as may, over all connections. */
  GATE,
  /** Callers need a token, and this one has none. */
  STRANGER,
  /** It has one that is nobody's. */
  FORGED;

  /** How its requests are written. */
  Shape shape() {
    return this == FORGED ? Shape.TOKEN : Shape.PLAIN;
  }
}

package dev.tern.protocol.json;

/** The kinds of JSON values. */
public enum JsonKind {
  /** Names with values. */
  OBJECT,
  /** Values in order. */
  ARRAY,
  /** A text. */
  STRING,
  /** An integer, or a number with a fraction or an exponent. */
  NUMBER,
  /** true or false. */
  BOOLEAN,
  /** null. */
  NULL
}

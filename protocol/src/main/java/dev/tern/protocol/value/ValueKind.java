package dev.tern.protocol.value;

/** The kinds of values. */
public enum ValueKind {
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
  NULL,
  /** Bytes, in the encodings that have them; others write them as a text in base64. */
  BINARY
}

package dev.tern.protocol.value;

/** What {@link ValueReader#readInteger()} found. */
public enum IntegerKind {
  /** In [-2^63, 2^63-1]. */
  SIGNED,
  /** In [2^63, 2^64-1]: the bits of the long read as negative. */
  UNSIGNED,
  /** An integer beyond 64 bits. */
  OUT_OF_RANGE,
  /** Written with a fraction or an exponent, whatever its value. */
  NOT_AN_INTEGER
}

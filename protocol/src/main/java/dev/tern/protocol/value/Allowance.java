package dev.tern.protocol.value;

/**
 * What may be made of a text: each element of a list and each entry of a map is memory, however
 * short its text is.
 */
@FunctionalInterface
public interface Allowance {
  /** After so many elements and entries a reader asks for as many more. */
  int STEP = 1_024;

  /**
   * Asks for room for as many elements and entries more.
   *
   * @return false if there is none
   */
  boolean take(int values);
}

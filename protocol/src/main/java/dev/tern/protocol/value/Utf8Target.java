package dev.tern.protocol.value;

/** Takes a text where it lies, so that no object need be made of it. */
@FunctionalInterface
public interface Utf8Target {
  /**
   * A whole text.
   *
   * @param utf8 not to be changed, nor to be kept
   * @param to exclusive
   */
  void accept(byte[] utf8, int from, int to);
}

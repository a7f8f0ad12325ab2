package dev.tern.protocol.json;

/** What a reader of JSON bounds. */
public interface JsonLimits {

  /** How deep a text may nest. */
  int depth();

  /** The longest name in an object, in bytes. */
  int nameBytes();

  /** The longest number, in characters. */
  int numberDigits();
}

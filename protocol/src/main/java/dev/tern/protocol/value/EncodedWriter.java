package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;

/** A writer into memory, whose bytes can be had. Not thread-safe. */
public interface EncodedWriter extends ValueWriter {
  /** Writes a value that is encoded in this very encoding, and sound. */
  EncodedWriter encoded(Bytes value);

  /** How many bytes are written. */
  int size();

  /**
   * What was written, and forgets it. A payload begins behind the room for its prefix, which may be
   * filled.
   */
  Bytes takeBytes();

  /** What was written, and forgets it. The memory stays here for the next value, if it is small. */
  Bytes copyBytes();

  /**
   * Forgets what was written; not for payloads.
   *
   * @param outside in how many objects and arrays the next value will lie
   */
  EncodedWriter reset(int outside);
}

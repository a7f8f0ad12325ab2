package dev.tern.protocol.compress;

import dev.tern.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to compress and to expand one payload after the other. It may hold memory outside
 * the heap, which is why it is closed and used again. Nothing of one payload is left for the next,
 * also if the first was refused. Not thread-safe.
 */
public interface CompressionContext extends AutoCloseable {
  /**
   * Writes one frame with a checksum of the payload.
   *
   * @param payload 1 byte at least
   * @param most how many bytes the frame may have
   * @return the frame, with room for a prefix before it in its array; null if it would be longer
   */
  @Nullable Bytes compress(Bytes payload, int most);

  /**
   * Reads one frame, which must be all that there is.
   *
   * @param from the index of its first byte, which the caller has looked at
   * @param to the index behind its last byte
   * @param into takes what comes out, from its first byte on
   * @throws UnexpandableException if it is not sound, or more comes out than may
   */
  void expand(byte[] frame, int from, int to, Expansion into);

  /** Gives its memory back. Idempotent. */
  @Override
  void close();
}

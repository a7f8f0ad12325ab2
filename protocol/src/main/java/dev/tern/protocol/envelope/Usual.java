package dev.tern.protocol.envelope;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of v1 calls whose members stand in the usual order, in one pass. Whatever
 * deviates is left to {@link Envelope}, which reads any shape and would find just what is found
 * here. Not thread-safe.
 */
interface Usual {
  /**
   * A request with a known method; params may be missing.
   *
   * @return null if it is anything else, be that right or wrong
   * @throws MalformedException if something in it is not sound
   */
  Message.@Nullable Request request(byte[] payload, int off, int len, boolean keeps);

  /**
   * A success that says nothing about itself.
   *
   * @return null if it is anything else, be that right or wrong
   * @throws MalformedException if the result is not sound
   */
  Message.@Nullable Response response(byte[] payload, int off, int len, boolean keeps);

  /** Whether limits leave room for the members of a message. */
  static boolean isAllowedBy(Limits limits) {
    return limits.get(Bound.DEPTH) > 1 && limits.get(Bound.NAME_BYTES) >= MetaReader.LONGEST_NAME;
  }
}

package dev.tern.core.client;

import dev.tern.protocol.envelope.Messages;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Remembers how the names of methods look in a frame, so that a call does not encode its own. */
final class EncodedNames {
  /** No service has more methods; a program that makes names up must not fill the heap. */
  private static final int MAX_NAMES = 1_000;

  private final ConcurrentMap<String, byte[]> names = new ConcurrentHashMap<>();

  byte[] encoded(String method) {
    byte[] known = names.get(method);
    if (known != null) {
      return known;
    }
    byte[] encoded = Messages.encodeMethod(method);
    if (names.size() < MAX_NAMES) {
      names.put(method, encoded);
    }
    return encoded;
  }
}

package dev.tern.core.client;

import dev.tern.protocol.envelope.Messages;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Remembers the encoded names of methods, so that calls need not encode them. Thread-safe. */
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

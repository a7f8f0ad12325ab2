package dev.tern.core.client;

import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.Text;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Remembers the encoded names of methods, so that calls need not encode them. Thread-safe. */
final class EncodedNames {
  /** No service has more methods; a program that makes names up must not fill the heap. */
  private static final int MAX_NAMES = 1_000;

  private final ConcurrentMap<String, byte[]> names = new ConcurrentHashMap<>();
  private final ConcurrentMap<Encoding, ConcurrentMap<String, byte[]>> others =
      new ConcurrentHashMap<>();

  private final Limits limits;

  EncodedNames(Limits limits) {
    this.limits = limits;
  }

  /**
   * A name in an encoding.
   *
   * @throws RpcException if no server takes it
   */
  byte[] encoded(String method, Encoding encoding) {
    ConcurrentMap<String, byte[]> all =
        encoding == JsonEncoding.JSON
            ? names
            : others.computeIfAbsent(encoding, _ -> new ConcurrentHashMap<>());
    byte[] known = all.get(method);
    if (known != null) {
      return known;
    }
    check(method);
    byte[] encoded = Messages.encodeMethod(encoding, method);
    if (all.size() < MAX_NAMES) {
      all.put(method, encoded);
    }
    return encoded;
  }

  private void check(String method) {
    if (!Text.isMethod(method, limits)) {
      boolean isShort = method.length() <= limits.get(Bound.METHOD_BYTES);
      String said = isShort ? "\"" + method + "\"" : method.length() + " characters";
      String message = "method: " + said + " (expected: " + Text.methodRule(limits) + ")";
      throw ClientErrors.ofClient(ErrorCode.BAD_REQUEST, message, Executed.NO, null);
    }
  }
}

package dev.tern.fuzz;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonNames;

/**
 * A bug that was planted, to see whether the fuzzer finds bugs: it lies behind a sound request
 * whose method has three certain letters, which chance alone does not meet.
 */
public final class Planted {
  private static final EnvelopeScanner SCANNER =
      new EnvelopeScanner(Limits.DEFAULT, JsonNames.of("add"));

  private Planted() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] payload) {
    Message message;
    try {
      message = SCANNER.scan(payload, 0, payload.length, false);
    } catch (JsonException e) {
      return;
    }
    if (message instanceof Message.Request request) {
      look(request.method());
    }
  }

  /** Each letter is a step that coverage shows; chance would have to hit all of them at once. */
  private static void look(String method) {
    if (method.startsWith("a", 1)) {
      if (method.startsWith("p")) {
        if (method.endsWith("y")) {
          throw new AssertionError("the planted bug");
        }
      }
    }
  }
}

package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.core.outcome.ParamsHash;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonValidator;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * The hash of params, by which an operation's attempts are compared, is taken of any value that may
 * be read; and a value that Jackson writes anew, without white space and escapes, has the same.
 */
public final class ParamsTarget {
  private ParamsTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] json) {
    try {
      var _ = JsonValidator.readable(json, 1, Limits.DEFAULT);
    } catch (JsonException e) {
      return;
    }
    ParamsHash hash = ParamsHash.of(Bytes.of(json));
    JsonNode tree = Oracle.read(json);
    if (tree == null) {
      throw new AssertionError("taken, but no JSON to Jackson");
    }
    if (isExact(json)) {
      byte[] again = String.valueOf(tree).getBytes(StandardCharsets.UTF_8);
      require(ParamsHash.of(Bytes.of(again)).equals(hash), "another hash, written as " + tree);
    }
  }

  /** Jackson makes doubles of fractions and exponents. */
  private static boolean isExact(byte[] json) {
    for (byte b : json) {
      if (b == '.' || b == 'e' || b == 'E') {
        return false;
      }
    }
    return true;
  }
}

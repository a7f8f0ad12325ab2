package dev.tern.protocol.session;

import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scanners of one connection, on which each message may be in an encoding of its own. One is
 * made when a message needs it. Not thread-safe.
 */
final class EnvelopeScanners {
  private final Encodings encodings;
  private final Limits limits;
  private final Names methods;
  private final EnvelopeScanner json;

  /** Those beside JSON's that were needed so far. */
  private List<EnvelopeScanner> others = List.of();

  /**
   * Scanners of messages in these encodings.
   *
   * @param methods names that are handed out as these very strings, without allocation
   */
  EnvelopeScanners(Encodings encodings, Limits limits, Names methods) {
    this.encodings = encodings;
    this.limits = limits;
    this.methods = methods;
    this.json = new EnvelopeScanner(JsonEncoding.JSON, limits, methods);
  }

  /**
   * The scanner of a payload's messages; null if its encoding is not spoken here, or it is none.
   */
  @Nullable EnvelopeScanner of(PayloadKind kind) {
    return kind == PayloadKind.JSON || kind == PayloadKind.JSON_BATCH ? json : other(kind.label());
  }

  private @Nullable EnvelopeScanner other(String label) {
    for (EnvelopeScanner known : others) {
      if (known.encoding().label().equals(label)) {
        return known;
      }
    }
    Encoding encoding = encodings.find(label);
    if (encoding == null) {
      return null;
    }
    EnvelopeScanner made = new EnvelopeScanner(encoding, limits, methods);
    others = new ArrayList<>(others);
    others.add(made);
    return made;
  }
}

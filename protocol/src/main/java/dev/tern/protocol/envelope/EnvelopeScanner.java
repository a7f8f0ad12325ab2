package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.FastPath;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueValidator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message out of a payload in one encoding, in any of the three dialects, whatever the
 * order of the keys; all bytes are validated. Params, result and error details are copied as they
 * came, so that the payload's buffer may be used again; where it is not, large params and results
 * stay in it. Usual messages are read in one pass where the encoding has one.
 *
 * <p>Reusable; not thread-safe.
 */
public final class EnvelopeScanner {
  private final @Nullable Usual usual;
  private final Envelope envelope;
  private final RequestRules requests;
  private final ResponseRules responses;
  private boolean hasOddMeta;

  /** A scanner of JSON. */
  public EnvelopeScanner(Limits limits, Names methods) {
    this(JsonEncoding.JSON, limits, methods);
  }

  /**
   * A scanner.
   *
   * @param methods names that are handed out as these very strings, without allocation
   */
  public EnvelopeScanner(Encoding encoding, Limits limits, Names methods) {
    if (encoding == JsonEncoding.JSON) {
      JsonValidator validator = JsonValidator.passingOverDepth(limits);
      envelope = new Envelope(encoding, limits, methods, validator);
      usual = new UsualJson(limits, methods, validator, envelope.metaReader);
    } else {
      ValueValidator validator = encoding.validator(limits);
      envelope = new Envelope(encoding, limits, methods, validator);
      FastPath path = validator.fastPath();
      usual =
          path == null
              ? null
              : new UsualEncoded(encoding, path, limits, methods, envelope.metaReader);
    }
    requests = new RequestRules(limits);
    responses = new ResponseRules(limits);
  }

  /** What it reads. */
  public Encoding encoding() {
    return envelope.encoding();
  }

  /**
   * Reads the message in these bytes.
   *
   * @param keeps whether nobody writes to this array any more, so that what is large in it may stay
   * @throws MalformedException if they are not one object in this encoding, or nest too deep and do
   *     not say who is to be told: PARSE_ERROR, to nobody
   */
  public Message scan(byte[] payload, int off, int len, boolean keeps) {
    try {
      Message request = usual == null ? null : usual.request(payload, off, len, keeps);
      if (request != null) {
        return request;
      }
      envelope.read(payload, off, len, keeps);
      return envelope.isResponse() ? responses.read(envelope) : requests.read(envelope);
    } finally {
      envelope.release();
    }
  }

  /**
   * Takes a batch apart. Nobody has looked at its messages yet.
   *
   * @param most no more of them are looked for than one more than this
   * @throws MalformedException if it is no batch in this encoding
   */
  public List<Bytes> batched(byte[] payload, int off, int len, int most) {
    return envelope.batched(payload, off, len, most);
  }

  /**
   * Reads the message in these bytes where responses are expected: any object without a method
   * counts as one.
   *
   * @param keeps whether nobody writes to this array any more, so that what is large in it may stay
   * @throws MalformedException if they are not one object in this encoding, or nest too deep and
   *     say no id
   */
  public Message scanReply(byte[] payload, int off, int len, boolean keeps) {
    hasOddMeta = false;
    try {
      Message response = usual == null ? null : usual.response(payload, off, len, keeps);
      if (response != null) {
        return response;
      }
      envelope.read(payload, off, len, keeps);
      if (envelope.has(Envelope.METHOD)) {
        return requests.read(envelope);
      }
      hasOddMeta = ResponseRules.hasOddMeta(envelope);
      return responses.read(envelope);
    } finally {
      envelope.release();
    }
  }

  /**
   * Whether what {@link #scanReply} has read last is a reply that says something in its meta which
   * is not legal. It counts as not said.
   */
  public boolean hasOddMeta() {
    return hasOddMeta;
  }

  /**
   * Reads the beginning of a reply that is too large, as far as that goes.
   *
   * @return TOO_LARGE, "yes" if it began as a success, else "maybe"; with the id if that was there
   */
  public Message.Malformed scanCutReply(byte[] payload, int off, int len, String problem) {
    try {
      envelope.readCut(payload, off, len);
      return envelope.cutReply(problem);
    } finally {
      envelope.release();
    }
  }
}

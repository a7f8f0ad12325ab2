package dev.tern.protocol.envelope;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.value.Names;

/**
 * Reads one message out of a payload that is a JSON object, in any of the three dialects: one pass
 * over the bytes, in which all of them are validated, whatever the order of the keys. Params,
 * result and error details are copied as they came, so that the payload's buffer may be used again;
 * where it is not, large params and results stay in it.
 *
 * <p>Reusable; not thread-safe.
 */
public final class EnvelopeScanner {
  private final UsualMessages usual;
  private final Envelope envelope;
  private final RequestRules requests;
  private final ResponseRules responses;
  private boolean hasOddMeta;

  /**
   * A scanner.
   *
   * @param methods names that are handed out as these very strings, without allocation
   */
  public EnvelopeScanner(Limits limits, Names methods) {
    JsonCursor cursor = JsonCursor.passingOverDepth(limits);
    this.envelope = new Envelope(limits, methods, cursor);
    this.usual = new UsualMessages(limits, methods, cursor, envelope.metaReader);
    this.requests = new RequestRules(limits);
    this.responses = new ResponseRules(limits);
  }

  /**
   * Reads the message in these bytes.
   *
   * @param keeps whether nobody writes to this array any more, so that what is large in it may stay
   * @throws JsonException if they are not one strict JSON object, or nest too deep and do not say
   *     who is to be told: PARSE_ERROR, to nobody
   */
  public Message scan(byte[] payload, int off, int len, boolean keeps) {
    try {
      Message request = usual.request(payload, off, len, keeps);
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
   * Reads the message in these bytes where responses are expected: any object without a method
   * counts as one.
   *
   * @param keeps whether nobody writes to this array any more, so that what is large in it may stay
   * @throws JsonException if they are not one strict JSON object, or nest too deep and say no id
   */
  public Message scanReply(byte[] payload, int off, int len, boolean keeps) {
    hasOddMeta = false;
    try {
      Message response = usual.response(payload, off, len, keeps);
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
      envelope.read(payload, off, len, false);
    } catch (JsonException cut) {
      // It always ends like this. The members before the cut have been read.
    }
    try {
      return envelope.cutReply(off + len, problem);
    } finally {
      envelope.release();
    }
  }
}

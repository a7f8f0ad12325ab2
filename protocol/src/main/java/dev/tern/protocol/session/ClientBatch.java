package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Encoding;
import java.util.List;

/**
 * Calls that leave in one frame, as far as nobody has given them up by then. It is made whole
 * outside of the session, where its payload may have been compressed.
 *
 * @param calls at least one
 * @param encoding of all of them
 * @param payload of all of them
 */
public record ClientBatch(List<ClientCall> calls, Encoding encoding, Bytes payload) {
  /** Calls that leave in one frame. */
  public ClientBatch {
    calls = List.copyOf(calls);
  }

  /** The payload of those that are still to be sent. */
  Bytes payloadOf(List<ClientCall> left) {
    if (left.size() == calls.size()) {
      return payload;
    }
    List<Bytes> frames = left.stream().map(ClientCall::payload).toList();
    return frames.size() == 1 ? frames.getFirst() : encoding.batch(frames);
  }
}

package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Encoding;
import java.util.List;

/**
 * Calls that leave in one frame, as far as nobody has given them up by then. It is made whole
 * outside of the session, where its payload may have been compressed. Each is equal to itself
 * alone: its calls are compared by it, and its payload may be long.
 */
public final class ClientBatch {
  private final List<ClientCall> calls;
  private final Encoding encoding;
  private final Bytes payload;

  /**
   * Calls that leave in one frame.
   *
   * @param calls at least one
   * @param encoding of all of them
   * @param payload of all of them
   */
  public ClientBatch(List<ClientCall> calls, Encoding encoding, Bytes payload) {
    this.calls = List.copyOf(calls);
    this.encoding = encoding;
    this.payload = payload;
  }

  List<ClientCall> calls() {
    return calls;
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

package dev.tern.core.server.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.protocol.Limits;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerSession;
import dev.tern.protocol.value.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;

/** Calls that a session has read, and addresses from which they come. */
final class Calls {
  private Calls() {}

  /** One that was read at the time 0, and waits as long as the server lets it. */
  static ServerCall call() {
    ServerSession session =
        new ServerSession(Limits.DEFAULT, Names.of(List.of("m")), Lifetime.ENDLESS, _ -> true, 0);
    byte[] payload = "{\"id\":1,\"method\":\"m\",\"meta\":{}}".getBytes(US_ASCII);
    byte[] frame =
        ByteBuffer.allocate(Integer.BYTES + payload.length)
            .putInt(payload.length)
            .put(payload)
            .array();
    session.receive(frame, 0, frame.length, 0);
    if (session.nextEvent() instanceof ServerCall call) {
      return call;
    }
    throw new AssertionError("no call (expected: one)");
  }

  static InetSocketAddress address(String literal) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), 5_000);
    } catch (UnknownHostException e) {
      throw new AssertionError(literal + " (expected: an address)", e);
    }
  }

  static Admission connectionFrom(Gates gates, String literal) {
    return gates.admissionOf(Caller.nameOf(address(literal)));
  }
}

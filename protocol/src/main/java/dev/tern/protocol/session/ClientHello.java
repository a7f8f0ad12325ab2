package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.peer.Peer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The {@code rpc.hello} of a client, which goes out behind the first call's frame, so that no call
 * waits for it. A server need not know it, so nothing that comes of it may do harm to a call. Not
 * thread-safe: belongs to its {@link ClientSession}, until it is answered.
 */
final class ClientHello {
  /** Of none of the calls, whose ids are numbers. */
  static final Id ID = new Id.Text("hello");

  private static final byte[] NAMED = Messages.idMember(ID);

  private final Bytes frame;
  private final int length;
  private @Nullable ClientCall before;
  private int lengthBefore;

  /**
   * An error that belongs to no request: the answer to this hello, or to a call. What comes next
   * shows which.
   */
  private Message.@Nullable Response held;

  ClientHello(Peer self) {
    frame = Messages.hello(ID, self.said());
    length = frame.length();
  }

  boolean isSent() {
    return lengthBefore > 0;
  }

  /** It goes out now, behind this call. */
  Bytes sendBehind(ClientCall call, int bytes) {
    before = call;
    lengthBefore = bytes;
    return frame;
  }

  /** Whether an error says by its details that it is the answer to a hello. */
  static boolean isNamedBy(WireError error) {
    return Arrays.equals(error.details(), NAMED);
  }

  /** Keeps an error that may be the answer to it; false if it keeps one already. */
  boolean holds(Message.Response error) {
    boolean first = held == null;
    held = first ? error : held;
    return first;
  }

  Message.@Nullable Response held() {
    return held;
  }

  /**
   * The connection ends, and nobody will know whose error it was. It is told to the one call that
   * waits, as its own if that call alone can have been too large, else as one that may have run.
   */
  @SuppressWarnings("ReferenceEquality") // a call is the one, or it is not
  Message.@Nullable Response asOf(ClientCall only) {
    Message.Response response = held;
    WireError error = response == null ? null : response.error();
    if (response == null || error == null) {
      return null;
    }
    boolean isSure =
        only == before && lengthBefore > length && error.code().equals(ErrorCode.TOO_LARGE.name());
    Executed executed = isSure ? error.executed() : Executed.MAYBE;
    WireError told =
        new WireError(error.code(), error.number(), error.message(), error.details(), executed);
    return new Message.Response(response.id(), null, told, response.meta());
  }
}

package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.envelope.Message;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ServerSession} tells its owner. A {@link ServerCall} is the event of its arrival.
 */
public sealed interface ServerEvent
    permits ServerCall,
        ServerEvent.Abandoned,
        ServerEvent.Refused,
        ServerEvent.Rejected,
        ServerEvent.Noted,
        ServerEvent.Gathered,
        Ping {

  /** Nobody waits for this call any more. Its handler may still run, and should be told. */
  record Abandoned(ServerCall call, Reason reason) implements ServerEvent {}

  /**
   * A request came to nothing before it was handed out as a {@link ServerCall}: it was refused on
   * arrival, or it ended while it waited for another call.
   *
   * @param code what the peer was told
   * @param receivedNanos when its frame was read
   */
  record Refused(Message.Request request, String code, long receivedNanos) implements ServerEvent {}

  /**
   * Something came that is no call and no reply to one: worth a line in the log.
   *
   * @param dialect null if it is not known
   * @param code what the peer was told; null for nothing
   * @param length of the payload in bytes, as the frame said
   * @param beginning the first bytes, at most {@link #BEGINNING_BYTES}: of the payload, or of the
   *     whole frame where that was wrong
   */
  @SuppressWarnings("ArrayRecordComponent") // a copy of its own, never compared
  record Rejected(
      Oddity oddity,
      @Nullable Dialect dialect,
      @Nullable String code,
      long length,
      byte[] beginning)
      implements ServerEvent {

    /** Enough to tell what it is, too little to fill a log or to give a secret away. */
    public static final int BEGINNING_BYTES = 16;
  }

  /**
   * The replies to a batch are complete, and may be compressed before they leave by {@link
   * ServerSession#send}.
   */
  final class Gathered implements ServerEvent {
    private final Bytes replies;
    private final String label;
    final Consumer<Bytes> sender;

    Gathered(Bytes replies, String label, Consumer<Bytes> sender) {
      this.replies = replies;
      this.label = label;
      this.sender = sender;
    }

    /** One frame's payload. */
    public Bytes replies() {
      return replies;
    }

    /** The compression that the peer has shown to read. */
    public String label() {
      return label;
    }
  }

  /** Something odd that is worth counting. */
  record Noted(Oddity oddity) implements ServerEvent {}

  /** Why nobody waits. */
  enum Reason {
    /** The deadline passed; TIMEOUT was sent. */
    EXPIRED(ErrorCode.TIMEOUT),
    /** The caller said {@code rpc.cancel}; CANCELLED was sent if the handler had not started. */
    CANCELLED(ErrorCode.CANCELLED),
    /** The connection was reset. A shut-down output alone is not "gone". */
    DISCONNECTED(ErrorCode.UNAVAILABLE),
    /** The server shuts down and waits no longer; UNAVAILABLE was sent. */
    SHUT_DOWN(ErrorCode.UNAVAILABLE);

    private final ErrorCode code;

    Reason(ErrorCode code) {
      this.code = code;
    }

    /** The code under which such a call is counted, and told if anything is told. */
    public ErrorCode code() {
      return code;
    }
  }
}

package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.client.retry.TimeSpent;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions of a client: from errors that arrive, and of its own. */
final class ClientErrors {
  private static final ResultReader<Object> ANYTHING = JsonCodec.DEFAULT.resultReader(Object.class);

  private static final long NANOS_PER_MILLI = 1_000_000;

  private ClientErrors() {}

  /** A call that failed on this side. */
  static RpcException ofClient(
      ErrorCode code, String message, Executed executed, @Nullable Throwable cause) {
    return CORE.error(Origin.CLIENT, WireError.of(code, message, executed), Map.of(), cause);
  }

  /**
   * There is no connection for a call, so nothing of it was sent.
   *
   * @param isClosed whether the client is, or its transport: then there will be none either
   */
  static RpcException unavailable(
      boolean isClosed, String message, Map<String, ?> details, @Nullable Throwable cause) {
    WireError error = WireError.of(ErrorCode.UNAVAILABLE, message, Executed.NO);
    return CORE.error(isClosed ? Origin.CLOSED_CLIENT : Origin.CLIENT, error, details, cause);
  }

  /** The deadline of a call passed on this side. */
  static RpcException timeout(
      Request request, InetSocketAddress peer, String message, Executed executed, String stage) {
    WireError error =
        WireError.of(ErrorCode.TIMEOUT, timeoutMessage(request, peer, message), executed);
    return CORE.error(Origin.CLIENT, error, Map.of("stage", stage), null);
  }

  private static String timeoutMessage(Request request, InetSocketAddress peer, String message) {
    return request.method() + " at " + HostPort.of(peer) + ": " + message;
  }

  /** The deadline passed after attempts to connect had failed. */
  static RpcException notConnected(Request request, InetSocketAddress peer, RpcException last) {
    String message = "no connection before the deadline; the last attempt: " + last.getMessage();
    return timeout(request, peer, message, Executed.NO, "connecting");
  }

  /** The deadline had passed before anything was done. */
  static RpcException passedBeforeSending(Request request, InetSocketAddress peer) {
    return timeout(request, peer, "the deadline had passed before the call", Executed.NO, "caller");
  }

  /**
   * The server sees another caller than the one who began the operation: as that one's it would run
   * again. Nothing of this attempt was sent.
   */
  static RpcException otherCaller(String now) {
    String who = now.isEmpty() ? "a caller without a name" : "\"" + now + "\"";
    return ofClient(
        ErrorCode.CONFLICT,
        "to the server this is " + who + " now (expected: the caller who began the operation)",
        Executed.NO,
        null);
  }

  /**
   * The server remembers nothing, and an earlier attempt may have run: here it would run again.
   * Nothing of this attempt was sent.
   */
  static RpcException forgetful() {
    return ofClient(
        ErrorCode.STALE,
        "this server remembers no operations (expected: the one that the operation began with)",
        Executed.NO,
        null);
  }

  /**
   * The server has not got the encoding of an earlier attempt, which may have run: in another one
   * it would be another operation. Nothing of this attempt was sent.
   */
  static RpcException encodingMissing(String encoding) {
    return ofClient(
        ErrorCode.UNSUPPORTED,
        "this server does not speak "
            + encoding
            + " (expected: the encoding that the operation began with)",
        Executed.NO,
        null);
  }

  /**
   * The server has not got the only encoding that has a place for a method's messages. Nothing of
   * the call was sent.
   */
  static RpcException noPlaceForMessages(HostPort server, String encoding) {
    return ofClient(
        ErrorCode.UNSUPPORTED,
        ("%s does not speak %s, and a message of it has no other form"
                + " (expected: a server with tern-codec-%s)")
            .formatted(server, encoding, encoding),
        Executed.NO,
        null);
  }

  private static boolean isTimeout(WireError error) {
    return error.code().equals(ErrorCode.TIMEOUT.name());
  }

  private static WireError withMessage(WireError error, String message) {
    return new WireError(error.code(), error.number(), message, null, error.executed());
  }

  /** This error, with the method and the server in its message. */
  private static WireError named(WireError error, Request request, InetSocketAddress peer) {
    return withMessage(error, timeoutMessage(request, peer, error.message()));
  }

  /** An error that arrived. That the time was over is said as this side says it. */
  static RpcException fromWire(
      WireError error, boolean isReplayed, Request request, Sent sent, InetSocketAddress peer) {
    Map<String, @Nullable Object> details = readDetails(error.details());
    WireError told = error;
    if (isTimeout(error)) {
      details.put(TimeSpent.QUEUED, sent.queuedNanos() / NANOS_PER_MILLI);
      details.put(TimeSpent.ANSWERED, sent.millisAgo());
      told =
          named(
              withMessage(error, error.message() + TimeSpent.words("; ", details)), request, peer);
    }
    RpcException made = CORE.error(Origin.REMOTE, told, details, null);
    if (isReplayed) {
      CORE.markReplayed(made);
    }
    return made;
  }

  /** What a foreign peer sends is not always an object. */
  private static Map<String, @Nullable Object> readDetails(byte @Nullable [] details) {
    Map<String, @Nullable Object> read = new LinkedHashMap<>();
    Object said;
    try {
      said = details == null ? null : ANYTHING.read(Bytes.of(details));
    } catch (BindingException e) { // such as a number that is none here: the error itself counts
      return read;
    }
    switch (said) {
      case Map<?, ?> object ->
          object.forEach((name, value) -> read.put(String.valueOf(name), value));
      case null -> {}
      case Object other -> read.put("data", other);
    }
    return read;
  }

  /**
   * What is known of a call that has ended with an error.
   *
   * @param queuedNanos how long its frame waited to be written, or waits
   * @param sentNanos when it left; 0 if it has not
   * @param heardNanos when the server was heard last
   */
  record Sent(long queuedNanos, long sentNanos, long heardNanos, long now) {
    boolean isSent() {
      return sentNanos != 0;
    }

    long millisAgo() {
      return (now - sentNanos) / NANOS_PER_MILLI;
    }

    /** That there was no reply; where nobody has ever been heard, the message asks who is there. */
    String told(String message) {
      String left = "sent " + millisAgo() + " ms ago";
      if (message.endsWith("?")) {
        return left + ", " + message;
      }
      boolean isSilent = heardNanos - sentNanos <= 0;
      String heard =
          isSilent
              ? "nothing heard since"
              : "the server was heard " + (now - heardNanos) / NANOS_PER_MILLI + " ms ago";
      return message + "; " + left + ", " + heard;
    }
  }

  /**
   * An error that the session made on this side.
   *
   * @param isClosed whether the client is
   */
  static RpcException local(
      WireError error, Request request, Sent sent, InetSocketAddress peer, boolean isClosed) {
    Map<String, @Nullable Object> details = readDetails(error.details());
    WireError told = error;
    if (isTimeout(error)) {
      details.put("late_ms", Math.max(0, -request.remaining().toMillis()));
      details.put(TimeSpent.QUEUED, sent.queuedNanos() / NANOS_PER_MILLI);
      String message;
      if (sent.isSent()) {
        message = sent.told(error.message()) + before(details);
        details.put(TimeSpent.SENT_AGO, sent.millisAgo());
      } else {
        message = error.message() + TimeSpent.words("; ", details);
      }
      told = named(withMessage(error, message), request, peer);
    }
    boolean isLast = isClosed && error.code().equals(ErrorCode.UNAVAILABLE.name());
    return CORE.error(isLast ? Origin.CLOSED_CLIENT : Origin.CLIENT, told, details, null);
  }

  /**
   * That the time was over, of a call that had to wait for a connection.
   *
   * @param isThere whether it had one in the end, so that its error speaks of what came then
   */
  static RpcException waited(RpcException e, long nanos, boolean isThere) {
    if (!e.code().equals(ErrorCode.TIMEOUT.name())) {
      return e;
    }
    Map<String, Long> waited = Map.of(TimeSpent.CONNECTING, nanos / NANOS_PER_MILLI);
    Map<String, @Nullable Object> details = new LinkedHashMap<>(e.details());
    details.putAll(waited);
    WireError error = CORE.wireOf(e);
    WireError told = withMessage(error, error.message() + (isThere ? before(waited) : ""));
    return CORE.error(CORE.originOf(e), told, details, e.getCause());
  }

  private static String before(Map<String, ? extends @Nullable Object> spent) {
    String words = TimeSpent.words(" (before that ", spent);
    return words.isEmpty() ? "" : words + ")";
  }
}

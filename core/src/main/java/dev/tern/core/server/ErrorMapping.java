package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.core.binding.BindingException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.observe.Incidents;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one place where exceptions become errors on the wire, and errors exceptions. */
final class ErrorMapping {
  private ErrorMapping() {}

  /** What a handler's parameters were refused for. */
  static RpcException invalidParams(BindingException e) {
    return framework(
        ErrorCode.INVALID_PARAMS, e.message("params"), Executed.NO, Map.of("path", e.path()));
  }

  /**
   * What user code threw. An application's own error passes; anything else, an error of a nested
   * call included, says nothing about this operation and becomes INTERNAL, "maybe". Code that gave
   * up because nobody waits for its call any more did what it should, and is no incident.
   *
   * @param expose whether a bare peer may see the exception's message
   */
  static RpcException fromUserCode(
      Throwable thrown, Request request, Incidents incidents, boolean expose) {
    if (thrown instanceof RpcException e && CORE.originOf(e) == Origin.APPLICATION) {
      return e;
    }
    CallTask task = CallTask.of(request);
    RpcException abandoned = task == null ? null : task.abandonedBy(thrown);
    return abandoned == null ? internal(thrown, request, incidents, expose) : abandoned;
  }

  /** Whether it speaks of the call that this process answers, not of one that it made itself. */
  static boolean isOfServedCall(RpcException e) {
    return switch (CORE.originOf(e)) {
      case APPLICATION, FRAMEWORK -> true;
      case CLIENT, CLOSED_CLIENT, REMOTE -> false;
    };
  }

  /** Anything unexpected: the log gets all, the peer an incident id. */
  static RpcException internal(
      Throwable thrown, Request request, Incidents incidents, boolean expose) {
    String incident = incidents.record(thrown, request);
    boolean bare = request.dialect() == Dialect.BARE;
    String message =
        bare && expose && thrown.getMessage() != null
            ? thrown.getMessage()
            : "internal error, incident " + incident;
    return framework(ErrorCode.INTERNAL, message, Executed.MAYBE, Map.of("incident", incident));
  }

  /** The error as it leaves. */
  static WireError toWire(RpcException e, Dialect dialect, Incidents incidents) {
    boolean internal = e.code().equals(ErrorCode.INTERNAL.name());
    // A beginner's client knows one number for "the handler failed".
    int number = internal && dialect == Dialect.BARE ? ErrorCode.APPLICATION_NUMBER : e.number();
    byte[] details = e.details().isEmpty() ? null : encode(e, incidents);
    String message = e.getMessage() == null ? "" : e.getMessage();
    return new WireError(e.code(), number, message, details, e.executed());
  }

  /** Details that cannot be encoded must not take the error with them. */
  private static byte @Nullable [] encode(RpcException e, Incidents incidents) {
    try {
      return JsonCodec.DEFAULT.encode(e.details()).toByteArray();
    } catch (RuntimeException why) {
      incidents.detailsLost(e.code(), why);
      return null;
    }
  }

  /** An error of the framework's with its usual verdict. */
  static RpcException framework(ErrorCode code, String message) {
    return framework(code, message, code.executed(), Map.of());
  }

  /** An error of the framework's. */
  static RpcException framework(
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details) {
    return CORE.error(Origin.FRAMEWORK, code, message, executed, details, null);
  }
}

package dev.tern.core;

import dev.tern.core.binding.BindingException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one place where exceptions become errors on the wire, and errors exceptions. */
final class ErrorMapping {
  private static final ResultReader<Object> ANYTHING = JsonCodec.DEFAULT.resultReader(Object.class);

  private ErrorMapping() {}

  /** What a handler's parameters were refused for. */
  static RpcException invalidParams(BindingException e) {
    return RpcException.framework(
        ErrorCode.INVALID_PARAMS, e.message("params"), Executed.NO, Map.of("path", e.path()), null);
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
    if (thrown instanceof RpcException e && e.isApplication()) {
      return e;
    }
    CallTask task = request.task();
    RpcException abandoned = task == null ? null : task.abandonedBy(thrown);
    return abandoned == null ? internal(thrown, request, incidents, expose) : abandoned;
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
    return RpcException.framework(
        ErrorCode.INTERNAL, message, Executed.MAYBE, Map.of("incident", incident), null);
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

  /** An error that arrived. */
  static RpcException fromWire(WireError error) {
    byte[] details = error.details();
    return RpcException.remote(
        error.code(), error.number(), error.message(), readDetails(details), error.executed());
  }

  /** What a foreign peer sends is not always an object. */
  private static Map<String, @Nullable Object> readDetails(byte @Nullable [] details) {
    Map<String, @Nullable Object> read = new LinkedHashMap<>();
    switch (details == null ? null : ANYTHING.read(Bytes.of(details))) {
      case Map<?, ?> object ->
          object.forEach((name, value) -> read.put(String.valueOf(name), value));
      case null -> {}
      case Object other -> read.put("data", other);
    }
    return read;
  }

  /** An error that the session made on this side. */
  static RpcException local(WireError error, Map<String, ?> more) {
    ErrorCode code = ErrorCode.ofName(error.code());
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.putAll(readDetails(error.details()));
    details.putAll(more);
    return RpcException.ofClient(
        code == null ? ErrorCode.INTERNAL : code, error.message(), error.executed(), details, null);
  }
}

package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.observe.Observer;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a server's errors are made, and how they leave. */
final class ErrorMapping {
  private ErrorMapping() {}

  /** What a handler's parameters were refused for. */
  static RpcException invalidParams(BindingException e) {
    return framework(
        ErrorCode.INVALID_PARAMS, e.message("params"), Executed.NO, Map.of("path", e.path()));
  }

  /** An error of the framework's. */
  static RpcException framework(
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details) {
    return CORE.error(Origin.FRAMEWORK, WireError.of(code, message, executed), details, null);
  }

  /**
   * The error as it leaves.
   *
   * @param executed the verdict, which only the call knows
   * @param codec writes its details
   */
  static WireError toWire(
      RpcException e,
      Executed executed,
      Message.Request request,
      JsonCodec codec,
      Observer observer) {
    WireError error = CORE.wireOf(e);
    boolean bare =
        request.dialect() == Dialect.BARE && error.code().equals(ErrorCode.INTERNAL.name());
    // A beginner's client knows one number for "the handler failed".
    int number = bare ? ErrorCode.APPLICATION_NUMBER : error.number();
    byte[] details = e.details().isEmpty() ? null : details(e, request, codec, observer);
    return new WireError(error.code(), number, error.message(), details, executed);
  }

  /** Details that cannot be encoded must not take the error with them. */
  private static byte @Nullable [] details(
      RpcException e, Message.Request request, JsonCodec codec, Observer observer) {
    try {
      return codec.encodeDetails(e.details()).toByteArray();
    } catch (Throwable why) { // whatever the getters of a detail do
      observer.detailsLost(request.method(), e.code(), why);
      return null;
    }
  }
}

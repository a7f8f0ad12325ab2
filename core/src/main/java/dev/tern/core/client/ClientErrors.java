package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a client's errors are made: those that arrive, and those of its own. */
final class ClientErrors {
  private static final ResultReader<Object> ANYTHING = JsonCodec.DEFAULT.resultReader(Object.class);

  private ClientErrors() {}

  /** A call that failed on this side. */
  static RpcException ofClient(ErrorCode code, String message, Executed executed) {
    return ofClient(code, message, executed, Map.of(), null);
  }

  /** A call that failed on this side, with details and a cause. */
  static RpcException ofClient(
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause) {
    return CORE.error(Origin.CLIENT, code, message, executed, details, cause);
  }

  /** An error that arrived. */
  static RpcException fromWire(WireError error) {
    byte[] details = error.details();
    return CORE.remote(
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
    return ofClient(
        code == null ? ErrorCode.INTERNAL : code, error.message(), error.executed(), details, null);
  }
}

package dev.tern.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The framework's own error codes. Any other UPPER_SNAKE name is an application's and has the
 * JSON-RPC number {@link #APPLICATION_NUMBER}.
 */
public enum ErrorCode {
  /** The payload, or a value in it, is no strict JSON. */
  PARSE_ERROR(-32700, Executed.NO, false),
  /** The payload is JSON, but no request that this version knows. */
  BAD_REQUEST(-32600, Executed.NO, false),
  /** The server has no method of that name. */
  METHOD_NOT_FOUND(-32601, Executed.NO, false),
  /** The params do not fit the method; {@code details.path} says where. */
  INVALID_PARAMS(-32602, Executed.NO, false),
  /** Something unexpected happened; {@code details.incident} stands in the log, too. */
  INTERNAL(-32603, Executed.MAYBE, false),
  /** The deadline has passed; {@code details.stage} says where. */
  TIMEOUT(-32001, Executed.MAYBE, true),
  /** A limit of the server's is reached; {@code details.retry_after_ms} says when to come back. */
  SERVER_BUSY(-32002, Executed.NO, true),
  /** Who calls is not known. */
  UNAUTHORIZED(-32003, Executed.NO, false),
  /** Who calls may not. */
  FORBIDDEN(-32004, Executed.NO, false),
  /** There is no connection, or it broke. */
  UNAVAILABLE(-32005, Executed.MAYBE, true),
  /** The caller did not want the call any more. */
  CANCELLED(-32006, Executed.MAYBE, false),
  /** The operation's key was used with other params. */
  CONFLICT(-32007, Executed.NO, false),
  /** The server can no longer tell what became of the operation. */
  STALE(-32008, Executed.MAYBE, false),
  /** A message over the limit on frames. */
  TOO_LARGE(-32009, Executed.NO, false),
  /** A version, an encoding or a compression that the server has not got. */
  UNSUPPORTED(-32010, Executed.NO, false);

  /** The JSON-RPC number of every application error. */
  public static final int APPLICATION_NUMBER = -32000;

  private static final Map<String, ErrorCode> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::name, code -> code));
  private static final Map<Integer, ErrorCode> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(ErrorCode::number, code -> code));

  private final int number;
  private final Executed executed;
  private final boolean isTransient;

  ErrorCode(int number, Executed executed, boolean isTransient) {
    this.number = number;
    this.executed = executed;
    this.isTransient = isTransient;
  }

  /** The number in JSON-RPC 2.0 and bare replies. */
  public int number() {
    return number;
  }

  /** The verdict where the place that makes the error knows nothing better. */
  public Executed executed() {
    return executed;
  }

  /** Whether the same call may succeed a little later. */
  public boolean isTransient() {
    return isTransient;
  }

  /** The framework code of that name, or null for an application's. */
  public static @Nullable ErrorCode ofName(String name) {
    return BY_NAME.get(name);
  }

  /** The framework code with that JSON-RPC number, or null. */
  public static @Nullable ErrorCode ofNumber(int number) {
    return BY_NUMBER.get(number);
  }

  /** The JSON-RPC number of a code by name: the framework's own, or the application's. */
  public static int numberOf(String name) {
    ErrorCode code = BY_NAME.get(name);
    return code == null ? APPLICATION_NUMBER : code.number;
  }
}

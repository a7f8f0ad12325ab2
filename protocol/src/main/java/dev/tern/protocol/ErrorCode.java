package dev.tern.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The framework's own error codes. Any other UPPER_SNAKE name is an application's and has the
 * JSON-RPC number {@link #APPLICATION_NUMBER}.
 */
public enum ErrorCode {
  PARSE_ERROR(-32700, Executed.NO, false),
  BAD_REQUEST(-32600, Executed.NO, false),
  METHOD_NOT_FOUND(-32601, Executed.NO, false),
  INVALID_PARAMS(-32602, Executed.NO, false),
  INTERNAL(-32603, Executed.MAYBE, false),
  TIMEOUT(-32001, Executed.MAYBE, true),
  SERVER_BUSY(-32002, Executed.NO, true),
  UNAUTHORIZED(-32003, Executed.NO, false),
  FORBIDDEN(-32004, Executed.NO, false),
  UNAVAILABLE(-32005, Executed.MAYBE, true),
  CANCELLED(-32006, Executed.MAYBE, false),
  CONFLICT(-32007, Executed.NO, false),
  STALE(-32008, Executed.MAYBE, false),
  TOO_LARGE(-32009, Executed.NO, false),
  UNSUPPORTED(-32010, Executed.NO, false);

  /** The JSON-RPC number of every application error. */
  public static final int APPLICATION_NUMBER = -32000;

  private static final Map<String, ErrorCode> BY_NAME = new HashMap<>();
  private static final Map<Integer, ErrorCode> BY_NUMBER = new HashMap<>();

  static {
    for (ErrorCode code : values()) {
      BY_NAME.put(code.name(), code);
      BY_NUMBER.put(code.number, code);
    }
  }

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

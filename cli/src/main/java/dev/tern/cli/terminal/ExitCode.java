package dev.tern.cli.terminal;

import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that commands which call a server end with. They are a promise to scripts: never
 * renumber.
 */
public final class ExitCode {
  public static final int OK = 0;
  public static final int WRONG_USAGE = 1;
  public static final int BUG = 2;

  /** All went well, but stdout did not take all of it: a full disk, a closed pipe. */
  public static final int OUTPUT_LOST = 3;

  /** Asked what became of an operation: it runs. */
  public static final int RUNNING = 4;

  /** Asked what became of an operation: it has not run, and would. */
  public static final int UNKNOWN = 5;

  /** Asked for its health: the server, or the service, does not serve. */
  public static final int NOT_SERVING = 6;

  /** The application's own errors: all whose code is none of the framework's. */
  public static final int APPLICATION = 64;

  private ExitCode() {}

  /** The exit code for a call that failed. */
  public static int of(RpcException e) {
    return of(ErrorCode.ofName(e.code()));
  }

  /** The exit code for an error code; null stands for the application's own. */
  public static int of(@Nullable ErrorCode code) {
    return switch (code) {
      case null -> APPLICATION;
      case PARSE_ERROR -> 65;
      case BAD_REQUEST -> 66;
      case METHOD_NOT_FOUND -> 67;
      case INVALID_PARAMS -> 68;
      case INTERNAL -> 69;
      case TIMEOUT -> 70;
      case SERVER_BUSY -> 71;
      case UNAUTHORIZED -> 72;
      case FORBIDDEN -> 73;
      case UNAVAILABLE -> 74;
      case CANCELLED -> 75;
      case CONFLICT -> 76;
      case STALE -> 77;
      case TOO_LARGE -> 78;
      case UNSUPPORTED -> 79;
    };
  }

  /** All of them with their meanings, for the help. */
  public static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    table.put(" " + OK, "a result (or a notification was sent that fits what the server declares)");
    table.put(" " + WRONG_USAGE, "wrong usage, or it could not start: nothing was sent");
    table.put(" " + BUG, "a bug in tern");
    table.put(" " + OUTPUT_LOST, "the call succeeded, but stdout could not be written");
    table.put(" " + RUNNING, "outcome: the operation still runs");
    table.put(" " + UNKNOWN, "outcome: the server does not know the operation; it has not run");
    table.put(" " + NOT_SERVING, "health: draining, not ready, or no such service");
    table.put(" " + APPLICATION, "an error of the application");
    for (ErrorCode code : ErrorCode.values()) {
      table.put(" " + of(code), code.name());
    }
    table.put(" 128 + n", "ended by signal n: 130 by Ctrl-C, 143 by SIGTERM");
    return table;
  }
}

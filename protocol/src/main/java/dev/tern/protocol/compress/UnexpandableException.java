package dev.tern.protocol.compress;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A compressed payload that is not expanded. It has no stack trace: hostile input must not cost
 * one. The message never contains the bytes themselves.
 */
public final class UnexpandableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient @Nullable Bytes beginning;

  private UnexpandableException(ErrorCode code, String message, @Nullable Bytes beginning) {
    super(message, null, false, false);
    this.code = code;
    this.beginning = beginning;
  }

  /**
   * For what is not sound.
   *
   * @param label the compression's
   * @param problem what is wrong, and what was expected
   */
  public static UnexpandableException unsound(String label, String problem) {
    return new UnexpandableException(ErrorCode.PARSE_ERROR, label + ": " + problem, null);
  }

  /** For more than may come out; of that is left what has come. */
  static UnexpandableException tooLong(int most, @Nullable Bytes beginning) {
    String message = "expanded payload: over " + most + " bytes (expected: at most as many)";
    return new UnexpandableException(ErrorCode.TOO_LARGE, message, beginning);
  }

  /** For a payload that all connections together leave no memory for, as long as they do. */
  static UnexpandableException noRoom() {
    String message = "no room for an expanded payload";
    return new UnexpandableException(ErrorCode.SERVER_BUSY, message, null);
  }

  /** PARSE_ERROR, TOO_LARGE or SERVER_BUSY. */
  public ErrorCode code() {
    return code;
  }

  /** The bytes that have come before there were too many; null if it is not that, or unknown. */
  public @Nullable Bytes beginning() {
    return beginning;
  }
}

package dev.tern.protocol.frame;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;

/** The byte stream has lost its frames: a length of 0, or one over the limit. */
public final class FramingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long announced;

  FramingException(long announced, int limit) {
    super(
        "frame length: %s (expected: %s %s)%s"
            .formatted(announced, announced == 0 ? "1 to" : "at most", limit, guess(announced)),
        null,
        false,
        false);
    this.announced = announced;
  }

  /** The length that the frame said. */
  public long announced() {
    return announced;
  }

  /** The error that the peer is told. */
  public WireError toWireError() {
    ErrorCode code = announced == 0 ? ErrorCode.BAD_REQUEST : ErrorCode.TOO_LARGE;
    return WireError.of(code, String.valueOf(getMessage()));
  }

  /** What else may have been sent to this port, told from the four bytes taken for a length. */
  private static String guess(long announced) {
    int first = (int) (announced >>> 24);
    if (first == 0x16) {
      return "; this looks like TLS";
    }
    if (first == 0x0D) {
      return "; this looks like a PROXY header";
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      int letter = (int) (announced >>> shift) & 0xFF;
      if (letter < 0x20 || letter > 0x7E) {
        return "";
      }
    }
    return "; this looks like text, such as HTTP or SSH";
  }
}

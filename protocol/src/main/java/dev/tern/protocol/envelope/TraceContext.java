package dev.tern.protocol.envelope;

/** The syntax of W3C Trace Context, so that only well-formed contexts travel on. */
final class TraceContext {
  /** The recommendation asks for at least this much to be passed on; we keep no more. */
  private static final int MAX_STATE_CHARS = 512;

  /** Version, trace id, parent id and flags with their dashes. */
  private static final int PARENT_CHARS = 55;

  /** By ASCII character: 0 for the lower case hexadecimal digits, else 1. */
  private static final byte[] NO_HEX = new byte[0x80];

  static {
    for (int c = 0; c < NO_HEX.length; c++) {
      NO_HEX[c] = (byte) ("0123456789abcdef".indexOf(c) < 0 ? 1 : 0);
    }
  }

  private TraceContext() {}

  static boolean isParent(String text) {
    if (text.length() < PARENT_CHARS
        || !hex(text, 0, 2)
        || text.charAt(2) != '-'
        || !hex(text, 3, 35)
        || text.charAt(35) != '-'
        || !hex(text, 36, 52)
        || text.charAt(52) != '-'
        || !hex(text, 53, 55)) {
      return false;
    }
    if (text.startsWith("ff") || zero(text, 3, 35) || zero(text, 36, 52)) {
      return false;
    }
    // Later versions may append fields; version 00 has none.
    return text.length() == PARENT_CHARS
        || (!text.startsWith("00")
            && text.charAt(PARENT_CHARS) == '-'
            && Text.isVisibleAscii(text, MAX_STATE_CHARS));
  }

  static boolean isState(String text) {
    return text.length() <= MAX_STATE_CHARS
        && Text.isPlain(text, MAX_STATE_CHARS)
        && text.chars().allMatch(c -> c < 0x7F);
  }

  private static boolean hex(String text, int from, int to) {
    int odd = 0;
    for (int i = from; i < to; i++) { // without a way out, so that the JVM makes a fast loop of it
      char c = text.charAt(i);
      odd |= NO_HEX[c & 0x7F] | (c & ~0x7F);
    }
    return odd == 0;
  }

  private static boolean zero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}

package dev.tern.protocol.envelope;

/** The syntax of W3C Trace Context, so that only well-formed contexts travel on. */
final class TraceContext {
  /** The recommendation asks for at least this much to be passed on; we keep no more. */
  private static final int MAX_STATE_CHARS = 512;

  /** Version, trace id, parent id and flags with their dashes. */
  private static final int PARENT_CHARS = 55;

  /** By byte: 0 for the lower case hexadecimal digits, else 1. */
  private static final byte[] NO_HEX = new byte[0x100];

  static {
    for (int b = 0; b < NO_HEX.length; b++) {
      NO_HEX[b] = (byte) ("0123456789abcdef".indexOf(b) < 0 ? 1 : 0);
    }
  }

  private TraceContext() {}

  /** Whether these bytes are a {@code traceparent}. */
  static boolean isParent(byte[] b, int from, int to) {
    int fixed = from + PARENT_CHARS;
    if (to < fixed
        || b[from + 2] != '-'
        || b[from + 35] != '-'
        || b[from + 52] != '-'
        || !areHex(b, from, from + 2)
        || !areHex(b, from + 3, from + 35)
        || !areHex(b, from + 36, from + 52)
        || !areHex(b, from + 53, from + 55)) {
      return false;
    }
    boolean noVersion = b[from] == 'f' && b[from + 1] == 'f';
    if (noVersion || areZeros(b, from + 3, from + 35) || areZeros(b, from + 36, from + 52)) {
      return false;
    }
    // Later versions may append fields; version 00 has none.
    return to == fixed
        || (!areZeros(b, from, from + 2) && b[fixed] == '-' && areVisible(b, fixed, to, from));
  }

  static boolean isState(String text) {
    return text.length() <= MAX_STATE_CHARS
        && Text.isPlain(text, MAX_STATE_CHARS)
        && text.chars().allMatch(c -> c < 0x7F);
  }

  private static boolean areHex(byte[] b, int from, int to) {
    int odd = 0;
    for (int i = from; i < to; i++) { // without a way out, so that the JVM makes a fast loop of it
      odd |= NO_HEX[b[i] & 0xFF];
    }
    return odd == 0;
  }

  private static boolean areZeros(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] != '0') {
        return false;
      }
    }
    return true;
  }

  private static boolean areVisible(byte[] b, int from, int to, int start) {
    for (int i = from; i < to; i++) {
      if (b[i] <= ' ' || b[i] == 0x7F) {
        return false;
      }
    }
    return to - start <= MAX_STATE_CHARS;
  }
}

package dev.tern.protocol.envelope;

/** The syntax of W3C Trace Context, so that only well-formed contexts travel on. */
final class TraceContext {
  /** The recommendation asks for at least this much to be passed on; we keep no more. */
  private static final int MAX_STATE_CHARS = 512;

  /** Version, trace id, parent id and flags with their dashes. */
  private static final int PARENT_CHARS = 55;

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
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
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

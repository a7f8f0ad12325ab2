package dev.tern.protocol.value;

/** UTF-8, one character at a time. */
public final class Utf8 {
  private Utf8() {}

  /**
   * Checks the character of two to four bytes that starts at {@code p}.
   *
   * @return where the next one starts; -1 if it is overlong, a surrogate, past U+10FFFF, cut off,
   *     or does not start with a lead byte
   */
  public static int check(byte[] b, int p, int end) {
    int lead = b[p] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return -1;
    }
    if (lead < 0xE0) {
      return end - p >= 2 && isTail(b[p + 1]) ? p + 2 : -1;
    }
    if (end - p < 3 || !isTail(b[p + 1]) || !isTail(b[p + 2])) {
      return -1;
    }
    int second = b[p + 1] & 0xFF;
    if (lead < 0xF0) {
      boolean overlong = lead == 0xE0 && second < 0xA0;
      boolean surrogate = lead == 0xED && second >= 0xA0;
      return overlong || surrogate ? -1 : p + 3;
    }
    boolean overlong = lead == 0xF0 && second < 0x90;
    boolean tooHigh = lead == 0xF4 && second >= 0x90;
    return overlong || tooHigh || end - p < 4 || !isTail(b[p + 3]) ? -1 : p + 4;
  }

  /** The code point of a character that was checked. */
  public static int codePoint(byte[] b, int p) {
    int lead = b[p];
    if (lead >= 0) {
      return lead;
    }
    return switch (length(lead)) {
      case 2 -> (lead & 0x1F) << 6 | bits(b[p + 1]);
      case 3 -> (lead & 0xF) << 12 | bits(b[p + 1]) << 6 | bits(b[p + 2]);
      default -> (lead & 7) << 18 | bits(b[p + 1]) << 12 | bits(b[p + 2]) << 6 | bits(b[p + 3]);
    };
  }

  /** How many bytes the checked character with this lead byte has. */
  public static int length(int lead) {
    if (lead >= 0) {
      return 1;
    }
    int bits = lead & 0xFF;
    return bits < 0xE0 ? 2 : bits < 0xF0 ? 3 : 4;
  }

  /** Encodes a code point, which is no surrogate, and says where the next one goes. */
  public static int put(byte[] out, int p, int codePoint) {
    if (codePoint < 0x80) {
      out[p] = (byte) codePoint;
      return p + 1;
    }
    if (codePoint < 0x800) {
      out[p] = (byte) (0xC0 | codePoint >> 6);
      out[p + 1] = tail(codePoint);
      return p + 2;
    }
    if (codePoint < 0x10000) {
      out[p] = (byte) (0xE0 | codePoint >> 12);
      out[p + 1] = tail(codePoint >> 6);
      out[p + 2] = tail(codePoint);
      return p + 3;
    }
    out[p] = (byte) (0xF0 | codePoint >> 18);
    out[p + 1] = tail(codePoint >> 12);
    out[p + 2] = tail(codePoint >> 6);
    out[p + 3] = tail(codePoint);
    return p + 4;
  }

  private static boolean isTail(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static int bits(byte tail) {
    return tail & 0x3F;
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }
}

package dev.tern.codec.msgpack;

import dev.tern.protocol.value.Words;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Writes texts as long as they are ASCII, without garbage. Of long ones every step is one that the
 * JVM does with vector instructions, in blocks that stay in the nearest cache. Not thread-safe.
 */
final class AsciiText {
  /** From so many characters on an encoder pays. */
  private static final int LONG = 256;

  private static final int ASCII = 0x7F;

  /** So many at once. */
  private static final int BLOCK = 2 << 10;

  private final CharsetEncoder encoder = StandardCharsets.US_ASCII.newEncoder();
  private final char[] chars = new char[BLOCK];
  private final CharBuffer block = CharBuffer.wrap(chars);

  /**
   * Writes a text to {@code out}, which has room for a byte a character.
   *
   * @return whether all of it is ASCII; if not, what was written is of no use
   */
  boolean write(String text, byte[] out, int p) {
    return text.length() < LONG ? writeShort(text, out, p) : writeLong(text, out, p);
  }

  private boolean writeShort(String text, byte[] out, int p) {
    int length = text.length();
    text.getChars(0, length, chars, 0);
    int bits = 0;
    int i = 0;
    for (; i + Words.BYTES <= length; i += Words.BYTES) {
      bits |= Words.putLow(chars, i, out, p + i);
    }
    for (; i < length; i++) {
      bits |= chars[i];
      out[p + i] = (byte) chars[i];
    }
    return bits <= ASCII;
  }

  private boolean writeLong(String text, byte[] out, int p) {
    ByteBuffer bytes = ByteBuffer.wrap(out).position(p);
    for (int from = 0; from < text.length(); from += BLOCK) {
      int until = Math.min(text.length(), from + BLOCK);
      text.getChars(from, until, chars, 0);
      encoder.reset().encode(block.clear().limit(until - from), bytes, true);
      if (block.hasRemaining()) {
        return false;
      }
    }
    return true;
  }
}

package dev.tern.protocol.json;

import dev.tern.protocol.value.Words;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Writes long texts as long as all of them stands for itself in JSON. Every step is one that the
 * JVM does with vector instructions, in blocks that stay in the nearest cache: 13 characters a
 * nanosecond, 1 by one character at a time (docs/PERFORMANCE.md). Not thread-safe.
 */
final class PlainText {
  /** From so many characters on it pays. */
  static final int PAYS = 256;

  /** So many at once. */
  static final int BLOCK = 2 << 10;

  private final CharsetEncoder ascii = StandardCharsets.US_ASCII.newEncoder();
  private final char[] chars = new char[BLOCK];
  private final CharBuffer block = CharBuffer.wrap(chars);

  /**
   * Writes at most {@link #BLOCK} characters of the text to {@code out}, which has room for all of
   * them, up to the first that does not stand for itself.
   *
   * @return how many; behind them there may be rubbish
   */
  int write(String text, int from, int until, byte[] out, int p) {
    text.getChars(from, until, chars, 0);
    ByteBuffer bytes = ByteBuffer.wrap(out).position(p);
    ascii.reset().encode(block.clear().limit(until - from), bytes, true);
    int end = bytes.position();
    return end - p == BLOCK && Words.arePlain(out, p, BLOCK)
        ? BLOCK
        : Words.plainUntil(out, p, end) - p;
  }
}

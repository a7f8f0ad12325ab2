package dev.tern.compress.lz4;

import dev.tern.protocol.compress.Expansion;

/**
 * Expands blocks of LZ4. It is not the library's, which knows no blocks that look back into those
 * before them, such as other libraries write; and so that no byte can come out that was not put in:
 * bounds are the JVM's, and the array is new.
 */
final class Lz4Block {
  private static final int LEAST_MATCH = 4;

  /** A length of as many goes on in the next byte. */
  private static final int MORE = 15;

  private static final int MORE_AGAIN = 255;
  private static final int OFFSET_BYTES = 2;

  private final byte[] block;
  private final int end;
  private int at;

  private Lz4Block(byte[] block, int from, int to) {
    this.block = block;
    this.at = from;
    this.end = to;
  }

  /**
   * Expands a block.
   *
   * @param into what came out of the blocks before, which is added to
   * @param history how many bytes at its end may be looked back to
   * @param most how many bytes may come out of this block
   */
  static void expand(byte[] block, int from, int to, Expansion into, int history, int most) {
    new Lz4Block(block, from, to).expand(into, into.length() - history, into.length() + most);
  }

  private void expand(Expansion into, int start, int most) {
    while (true) {
      int token = next();
      int literals = length(token >>> 4, most);
      check(literals <= end - at && literals <= most - into.length());
      into.reserve(literals);
      System.arraycopy(block, at, into.array(), into.length(), literals);
      into.add(literals);
      at += literals;
      if (at == end) {
        return; // the last sequence ends with its literals
      }
      check(end - at >= OFFSET_BYTES);
      int offset = next() | next() << Byte.SIZE;
      check(offset > 0 && offset <= into.length() - start);
      int match = LEAST_MATCH + length(token & MORE, most);
      check(match <= most - into.length());
      repeat(into, offset, match);
    }
  }

  /** Repeats what came before, which may be what it writes itself. */
  private static void repeat(Expansion into, int offset, int length) {
    into.reserve(length);
    byte[] out = into.array();
    int to = into.length();
    if (offset >= length) {
      System.arraycopy(out, to - offset, out, to, length);
    } else {
      for (int i = to; i < to + length; i++) {
        out[i] = out[i - offset];
      }
    }
    into.add(length);
  }

  private int length(int first, int most) {
    int length = first;
    if (first == MORE) {
      int more;
      do {
        more = next();
        length += more;
        check(length <= most);
      } while (more == MORE_AGAIN);
    }
    return length;
  }

  private int next() {
    check(at < end);
    return block[at++] & 0xFF;
  }

  private static void check(boolean isSound) {
    if (!isSound) {
      throw Lz4.unsound("a block is not sound");
    }
  }
}

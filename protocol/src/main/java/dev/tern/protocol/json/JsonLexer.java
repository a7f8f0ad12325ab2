package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The tokens of a JSON text: white space, strings, numbers, words. Knows nothing of objects and
 * arrays. Its fields belong to {@link JsonCursor}, too: the two are one reader in two files.
 */
final class JsonLexer {
  private static final byte[] EMPTY = {};

  /** Scratch memory up to here is kept for the next text. */
  private static final int KEPT_SCRATCH = 1 << 12;

  // The text. Trusted: somebody validated it before, so UTF-8 and escapes are not checked again.
  byte[] buf = EMPTY;
  private int off;
  int end;
  boolean trusted;
  int pos;

  // The string seen last, without its quotes.
  int stringStart;
  int stringEnd;

  /** Its first eight bytes, see {@link Words#head}. */
  long stringWord;

  boolean escaped;
  boolean ascii;

  /** The number seen last. */
  final NumberToken number = new NumberToken();

  /** What {@link #decode} made. */
  byte[] scratch = EMPTY;

  void start(byte[] newBuf, int newOff, int len, boolean newTrusted) {
    buf = newBuf;
    off = newOff;
    end = newOff + len;
    trusted = newTrusted;
    pos = newOff;
    if (scratch.length > KEPT_SCRATCH) {
      scratch = EMPTY;
    }
  }

  /** Skips white space; the byte there, or -1 at the end. */
  int token() {
    int p = pos;
    if (p < end) {
      byte c = buf[p];
      if (c > ' ') {
        return c;
      }
    }
    return tokenBehindSpace();
  }

  private int tokenBehindSpace() {
    byte[] b = buf;
    int p = pos;
    while (p < end && isSpace(b[p])) {
      p++;
    }
    pos = p;
    return p < end ? b[p] & 0xFF : -1;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  /** Scans the string whose opening quote is here. */
  void string() {
    int start = pos + 1;
    long word = Words.at(buf, start);
    int length = Words.before(Words.special(word));
    int stop = start + length;
    escaped = false;
    ascii = true;
    if (stop >= end || buf[stop] != '"') {
      stop = endOfString(stop);
    }
    stringStart = start;
    stringEnd = stop;
    stringWord = Words.head(word, stop - start);
    pos = stop + 1;
  }

  /** Where the closing quote is; what lies before {@code p} stands for itself. */
  private int endOfString(int p) {
    byte[] b = buf;
    while (p < end) {
      p = Words.plainUntil(b, p, end);
      if (p < end) {
        if (b[p] == '"') {
          return p;
        }
        p = special(p);
      }
    }
    throw error(end, "a string that is cut off");
  }

  /** Passes over an escape or some characters that are not ASCII; where the next one starts. */
  private int special(int p) {
    byte[] b = buf;
    if (b[p] == '\\') {
      escaped = true;
      int next = trusted ? p + 2 : Escapes.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
      return next;
    }
    ascii = false;
    int next = p;
    do {
      p = next;
      next = b[p] >= 0 ? -1 : trusted ? p + 1 : Utf8.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
    } while (next < end && b[next] < 0);
    return next;
  }

  /** A slice of the text as a string. */
  String text(int start, int stop, boolean hasEscape, boolean isAscii) {
    if (hasEscape) {
      int length = decode(start, stop);
      return new String(scratch, 0, length, UTF_8);
    }
    return new String(buf, start, stop - start, isAscii ? ISO_8859_1 : UTF_8);
  }

  /** Decodes a string with escapes into the scratch memory; how long it became. */
  int decode(int start, int stop) {
    if (scratch.length < stop - start) {
      scratch = new byte[Math.max(stop - start, 64)];
    }
    return Escapes.decode(buf, start, stop, scratch);
  }

  /** Passes over the number that starts here. */
  void number() {
    int p = number.scan(buf, pos, end);
    if (p < 0) {
      throw error(-1 - p, "a malformed number");
    }
    pos = p;
  }

  /** Passes over true, false or null, whose first byte is here. */
  void word(byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (pos + i >= end || buf[pos + i] != word[i]) {
        throw error(pos + i, "a malformed true, false or null");
      }
    }
    pos += word.length;
  }

  /** The text is wrong at a byte of the buffer. */
  JsonException error(int at, String expectation) {
    return new JsonException(at - off, expectation);
  }

  private JsonException badCharacter(int p) {
    byte c = buf[p];
    return error(
        p,
        c == '\\'
            ? "a malformed escape or a lone surrogate"
            : c < 0 ? "malformed UTF-8" : "a control character in a string");
  }
}

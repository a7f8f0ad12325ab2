package dev.tern.protocol.json;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Words;
import java.nio.charset.StandardCharsets;

/**
 * Passes over values that are written plainly, as nearly all are: strings of ASCII without escapes,
 * integers of up to 15 digits, true, false, null, and flat objects of those. Each method says where
 * the value ends, or -1 if it is not plain, be that right or wrong: {@link JsonValidator} knows.
 *
 * <p>Functions over the bytes and local variables, because a cursor that lives in fields costs a
 * store and a load a token: a request is read in a third of the time.
 */
public final class PlainJson {
  /** What is not plain. */
  public static final int OTHER = -1;

  /** Objects of more members are not plain: each name is compared with all before it. */
  private static final int MOST_MEMBERS = 16;

  private static final long TRUE = word("true");
  private static final long FALSE = word("false");
  private static final long NULL = word("null");
  private static final int MAX_DIGITS = 15;

  private PlainJson() {}

  private static long word(String text) {
    return Words.at(text.getBytes(StandardCharsets.US_ASCII), 0);
  }

  /** Memory that {@link #end} needs; one a reader. */
  public static int[] scratch() {
    return new int[MOST_MEMBERS];
  }

  /** Where the value that starts at {@code p} ends. */
  public static int end(byte[] b, int p, int end, Limits limits, int[] scratch) {
    return p < end && b[p] == '{'
        ? objectEnd(b, p, end, limits, scratch)
        : scalarEnd(b, p, end, limits);
  }

  /** Where the integer that starts at {@code p} ends. */
  public static int integerEnd(byte[] b, int p, int end, Limits limits) {
    int first = p < end && b[p] == '-' ? p + 1 : p;
    int digits = Words.digits(Words.at(b, first));
    if (digits == Words.BYTES) {
      digits += Words.digits(Words.at(b, first + digits));
    }
    int stop = first + digits;
    boolean plain =
        digits > 0
            && digits <= MAX_DIGITS
            && stop < end // something always follows; also keeps out the bytes behind the text
            && (b[first] != '0' || (digits == 1 && first == p))
            && stop - p <= limits.get(Bound.NUMBER_DIGITS);
    return plain ? stop : OTHER;
  }

  /** The integer that {@link #integerEnd} has passed over. */
  public static long integer(byte[] b, int p, int stop) {
    boolean negative = b[p] == '-';
    int first = negative ? p + 1 : p;
    int digits = stop - first;
    int some = Math.min(digits, Words.BYTES);
    long value = Words.decimal(Words.at(b, first), some);
    for (int i = first + some; i < stop; i++) {
      value = value * 10 + (b[i] - '0');
    }
    return negative ? -value : value;
  }

  /** Where the characters of the string that starts at {@code p} end: at its closing quote. */
  public static int stringEnd(byte[] b, int p, int end) {
    int quote = Words.plainUntil(b, p, end);
    return quote < end && b[quote] == '"' ? quote : OTHER;
  }

  /** The characters of a string that {@link #stringEnd} has passed over. */
  public static String text(byte[] b, int start, int stop) {
    return new String(b, start, stop - start, StandardCharsets.ISO_8859_1);
  }

  /** The index among known names of the one that these bytes spell, or -1. */
  public static int indexIn(Names known, byte[] b, int start, int stop) {
    return known.indexOf(Words.head(Words.at(b, start), stop - start), b, start, stop);
  }

  /** Where the next token starts: the first byte from {@code p} on that is no white space. */
  public static int token(byte[] b, int p, int end) {
    return p < end && b[p] > ' ' ? p : spaceEnd(b, p, end);
  }

  private static int spaceEnd(byte[] b, int p, int end) {
    while (p < end && (b[p] == ' ' || b[p] == '\n' || b[p] == '\r' || b[p] == '\t')) {
      p++;
    }
    return p;
  }

  private static int objectEnd(byte[] b, int p, int end, Limits limits, int[] hashes) {
    p = token(b, p + 1, end);
    if (p < end && b[p] == '}') {
      return p + 1;
    }
    for (int count = 0; count < MOST_MEMBERS; count++) {
      if (p >= end || b[p] != '"') {
        return OTHER;
      }
      int name = p + 1;
      int quote = stringEnd(b, name, end);
      if (quote < 0 || quote - name > limits.get(Bound.NAME_BYTES)) {
        return OTHER;
      }
      long word = Words.head(Words.at(b, name), quote - name);
      int hash = Name.hash(word, b, name, quote);
      for (int i = 0; i < count; i++) {
        if (hashes[i] == hash) {
          return OTHER; // the same name twice, or next to never another one
        }
      }
      hashes[count] = hash;
      int value = valueStart(b, quote, end);
      p = value < 0 ? OTHER : scalarEnd(b, value, end, limits);
      p = p < 0 ? end : token(b, p, end);
      if (p >= end) {
        return OTHER;
      }
      if (b[p] == '}') {
        return p + 1;
      }
      if (b[p] != ',') {
        return OTHER;
      }
      p = token(b, p + 1, end);
    }
    return OTHER;
  }

  /** Where the value behind a name starts whose closing quote is here. */
  public static int valueStart(byte[] b, int quote, int end) {
    int colon = token(b, quote + 1, end);
    return colon < end && b[colon] == ':' ? token(b, colon + 1, end) : OTHER;
  }

  /** Where the value that starts at {@code p} ends, if it is neither an object nor an array. */
  public static int scalarEnd(byte[] b, int p, int end, Limits limits) {
    if (p >= end) {
      return OTHER;
    }
    return switch (b[p]) {
      case '"' -> {
        int quote = stringEnd(b, p + 1, end);
        yield quote < 0 ? OTHER : quote + 1;
      }
      case 't' -> literalEnd(b, p, 4, TRUE);
      case 'f' -> literalEnd(b, p, 5, FALSE);
      case 'n' -> literalEnd(b, p, 4, NULL);
      default -> integerEnd(b, p, end, limits);
    };
  }

  private static int literalEnd(byte[] b, int p, int length, long word) {
    return Words.head(Words.at(b, p), length) == word ? p + length : OTHER;
  }
}

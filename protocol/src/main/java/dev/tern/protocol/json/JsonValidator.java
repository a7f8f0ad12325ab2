package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Utf8;
import dev.tern.protocol.value.ValueValidator;
import dev.tern.protocol.value.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes over one strict JSON text (RFC 8259, UTF-8) of a stranger's and makes nothing of it; a
 * {@link JsonReader} may read it then. Anything else is refused by a {@link JsonException}: bad
 * UTF-8, lone surrogates, control characters, a name twice in an object (after unescaping), nesting
 * deeper than {@link Bound#DEPTH}. After an exception only {@code reset} makes sense.
 *
 * <p>A name longer than {@link Bound#NAME_BYTES} and a number longer than {@link
 * Bound#NUMBER_DIGITS} are well-formed: they are passed over and noted, see {@link #overLimitAt()}.
 * So is what nests too deep, if the validator was made {@linkplain #passingOverDepth for that}.
 *
 * <p>Reusable; not thread-safe.
 */
public final class JsonValidator implements ValueValidator {
  private static final byte[] TRUE = "true".getBytes(ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(ISO_8859_1);

  private static final byte[] EMPTY = {};

  /** Scratch memory up to here is kept for the next text. */
  private static final int KEPT_SCRATCH = 1 << 12;

  private final Limits limits;
  private final boolean passesOverDepth;

  // The text.
  private byte[] buf = EMPTY;
  private int off;
  private int end;
  private int pos;

  // Where we are. scopes[i] is the mark of an open object's names, or ARRAY.
  private static final int ARRAY = -1;
  private static final int FIRST_SCOPES = 2;
  private static final int[] NO_SCOPES = {};
  private int[] scopes = NO_SCOPES;

  private final NameLog names = new NameLog();
  private int depth;
  private boolean atStart;
  private int overLimitAt;

  // The string seen last, without its quotes, and its first eight bytes, see Words.head.
  private int stringStart;
  private int stringEnd;
  private long stringWord;
  private boolean escaped;

  /** The number seen last. */
  private final NumberToken number = new NumberToken();

  /** A name without its escapes. */
  private byte[] scratch = EMPTY;

  // The value seen last.
  private int valueStart;
  private int valueEnd;

  /** A validator without a text. */
  public JsonValidator(Limits limits) {
    this(limits, false);
  }

  private JsonValidator(Limits limits, boolean passesOverDepth) {
    this.limits = limits;
    this.passesOverDepth = passesOverDepth;
  }

  /**
   * A validator without a text that passes over an object or an array which nests too deep: it
   * counts as empty, and is noted. Of what is in it the tokens are checked, but neither their order
   * nor names that are there twice.
   */
  public static JsonValidator passingOverDepth(Limits limits) {
    return new JsonValidator(limits, true);
  }

  /**
   * The one value in a text of a stranger's, if every peer would read it.
   *
   * @param outside in how many objects and arrays it will lie
   * @return the value without the white space around it; not a copy
   * @throws JsonException if it is not strict JSON, nests too deep, or has a name or a number that
   *     is too long
   */
  public static Bytes readable(byte[] json, int outside, Limits limits) {
    JsonValidator validator = new JsonValidator(limits);
    validator.resetWithin(json, 0, json.length, 0, outside);
    validator.skipValue();
    Bytes value = Bytes.of(json, validator.valueStart, validator.valueEnd);
    if (validator.overLimitAt >= 0) {
      throw validator.error(validator.overLimitAt, "a name or a number that is too long");
    }
    validator.expectEnd();
    return value;
  }

  @Override
  public @Nullable OverLimit checkMessage(byte[] payload, int from, int to) {
    reset(payload, from, to - from);
    return checkOne();
  }

  @Override
  public @Nullable OverLimit checkValue(Bytes value, int outside) {
    resetWithin(value.array(), value.from(), value.to() - value.from(), value.from(), outside);
    return checkOne();
  }

  private @Nullable OverLimit checkOne() {
    try {
      skipValue();
      expectEnd();
      return overLimitAt < 0 ? null : new OverLimit(overLimitAt, boundAt(overLimitAt));
    } finally {
      reset(EMPTY, 0, 0); // nothing of the text is held any longer
    }
  }

  private Bound boundAt(int at) {
    return switch (buf[at]) {
      case '{', '[' -> Bound.DEPTH;
      case '"' -> Bound.NAME_BYTES;
      default -> Bound.NUMBER_DIGITS;
    };
  }

  /** Starts at a text. The bytes must not change meanwhile. */
  public void reset(byte[] newBuf, int newOff, int len) {
    resetWithin(newBuf, newOff, len, newOff, 0);
  }

  /**
   * Starts, like {@link #reset}, within a text whose beginning somebody else has read.
   *
   * @param at where the next value starts in the buffer
   * @param outside how many objects and arrays it lies in, which count towards the depth
   */
  public void resetWithin(byte[] newBuf, int newOff, int len, int at, int outside) {
    buf = newBuf;
    off = newOff;
    end = newOff + len;
    pos = at;
    depth = outside;
    atStart = false;
    overLimitAt = -1;
    if (scratch.length > KEPT_SCRATCH) {
      scratch = EMPTY;
    }
    names.clear();
  }

  // --- objects and arrays ---

  private void enter(int scope) {
    if (depth == limits.get(Bound.DEPTH)) {
      passOver();
    }
    if (depth >= scopes.length) {
      scopes = Arrays.copyOf(scopes, Math.max(FIRST_SCOPES, 2 * depth));
    }
    scopes[depth++] = scope;
    pos++;
    atStart = true;
  }

  /** Goes on as if the closing bracket of what begins here were the next byte. */
  private void passOver() {
    if (!passesOverDepth) {
      throw error(pos, "nesting deeper than " + limits.get(Bound.DEPTH));
    }
    if (!isTooDeep()) {
      overLimitAt = pos; // before any other: it is never reported as something else
    }
    int start = valueStart;
    int open = 0;
    int last;
    do {
      int c = token();
      last = pos;
      switch (c) {
        case '{', '[' -> open++;
        case '}', ']' -> open--;
        case ',', ':' -> {}
        default -> {
          scalarOrBegin();
          continue;
        }
      }
      pos++;
    } while (open > 0);
    pos = last - 1;
    valueStart = start;
  }

  /** Moves to the next member's value in the object entered last; false leaves the object. */
  private boolean nextMember() {
    int c = token();
    if (c == '}') {
      endObject();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or '}'");
      }
      pos++;
      c = token();
    }
    atStart = false;
    if (c != '"') {
      throw expected(c, "a name");
    }
    string();
    if (stringEnd - stringStart > limits.get(Bound.NAME_BYTES)) {
      overLimit(stringStart - 1);
    }
    if (!names.add(scopes[depth - 1], buf, stringStart, nameHash())) {
      throw duplicate(stringStart);
    }
    c = token();
    if (c != ':') {
      throw expected(c, "':'");
    }
    pos++;
    return true;
  }

  /** The hash of the name seen last, whether it is written with escapes or without. */
  private int nameHash() {
    if (!escaped) {
      return Name.hash(stringWord, buf, stringStart, stringEnd);
    }
    if (scratch.length < stringEnd - stringStart) {
      scratch = new byte[Math.max(stringEnd - stringStart, 64)];
    }
    int length = Escapes.decode(buf, stringStart, stringEnd, scratch);
    return Name.hash(Words.head(Words.at(scratch, 0), length), scratch, 0, length);
  }

  private void endObject() {
    int duplicate = names.close(scopes[depth - 1], buf);
    if (duplicate >= 0) {
      throw duplicate(duplicate);
    }
    end();
  }

  private void end() {
    depth--;
    pos++;
    atStart = false;
    valueEnd = pos;
  }

  /** Moves to the next value in the array entered last; false leaves the array. */
  private boolean nextItem() {
    int c = token();
    if (c == ']') {
      end();
      return false;
    }
    if (!atStart) {
      if (c != ',') {
        throw expected(c, "',' or ']'");
      }
      pos++;
      if (token() == ']') {
        throw expected(']', "a value");
      }
    }
    atStart = false;
    return true;
  }

  /** Passes over the value that comes next, all of it validated. */
  public void skipValue() {
    int outside = depth;
    scalarOrBegin();
    int start = valueStart;
    while (depth > outside) {
      boolean more = scopes[depth - 1] == ARRAY ? nextItem() : nextMember();
      if (more) {
        scalarOrBegin();
      }
    }
    valueStart = start;
  }

  private void scalarOrBegin() {
    int c = token();
    valueStart = pos;
    switch (c) {
      case '{' -> enter(names.mark());
      case '[' -> enter(ARRAY);
      case '"' -> {
        string();
        valueEnd = pos;
      }
      case 't' -> word(TRUE);
      case 'f' -> word(FALSE);
      case 'n' -> word(NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw expected(c, "a value");
    }
  }

  /** Nothing but white space follows the value. */
  private void expectEnd() {
    int c = token();
    if (c >= 0) {
      throw expected(c, "the end");
    }
  }

  // --- tokens ---

  private void number() {
    int stop = number.scan(buf, pos, end);
    if (stop < 0) {
      throw error(-1 - stop, "a malformed number");
    }
    valueStart = pos;
    valueEnd = stop;
    pos = stop;
    if (valueEnd - valueStart > limits.get(Bound.NUMBER_DIGITS)) {
      overLimit(valueStart);
    }
  }

  /** Passes over true, false or null, whose first byte is here. */
  private void word(byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (pos + i >= end) {
        throw error(pos, "true, false or null that is cut off");
      }
      if (buf[pos + i] != word[i]) {
        throw error(pos + i, "a malformed true, false or null");
      }
    }
    valueStart = pos;
    pos += word.length;
    valueEnd = pos;
  }

  /** Skips white space; the byte there, or -1 at the end. */
  private int token() {
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
  private void string() {
    int start = pos + 1;
    long word = Words.at(buf, start);
    int length = Words.before(Words.special(word));
    int stop = start + length;
    escaped = false;
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
      int next = Escapes.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
      return next;
    }
    int next = p;
    do {
      p = next;
      next = b[p] >= 0 ? -1 : Utf8.check(b, p, end);
      if (next < 0) {
        throw badCharacter(p);
      }
    } while (next < end && b[next] < 0);
    return next;
  }

  // --- positions ---

  /** Where the value skipped last starts in the buffer. */
  public int valueStart() {
    return valueStart;
  }

  /** Where it ends, exclusive. */
  public int valueEnd() {
    return valueEnd;
  }

  /**
   * Where the first name or number that is too long starts in the buffer, or the first object or
   * array that nests too deep, which comes before the others; or -1. A name starts with its quote.
   */
  public int overLimitAt() {
    return overLimitAt;
  }

  /** Whether that is an object or an array which nests too deep. */
  private boolean isTooDeep() {
    return overLimitAt >= 0 && (buf[overLimitAt] == '{' || buf[overLimitAt] == '[');
  }

  private void overLimit(int at) {
    if (overLimitAt < 0) {
      overLimitAt = at;
    }
  }

  // --- errors ---

  /** The text is wrong at a byte of the buffer. */
  private JsonException error(int at, String expectation) {
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

  private JsonException duplicate(int start) {
    return error(start - 1, "a name that is there twice");
  }

  private JsonException expected(int c, String what) {
    return error(pos, (c < 0 ? "the end" : "a byte") + " instead of " + what);
  }
}

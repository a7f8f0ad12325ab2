package dev.tern.codec.msgpack;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.FastPath;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Utf8;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueValidator;
import dev.tern.protocol.value.Words;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a stranger's bytes once, before anything is made of them: whether they are one value in
 * MessagePack which says nothing that JSON could not say. Refused by a {@link MessagePackException}
 * are what is cut off, or announces more than is there; what follows the value; names that are no
 * texts, or are there twice in one object; malformed UTF-8; NaN and infinities; extension types,
 * and the byte that is never used. Lengths and numbers may be written longer than they need be.
 *
 * <p>A name that is longer than {@link Bound#NAME_BYTES}, and what nests deeper than {@link
 * Bound#DEPTH}, are passed over and told. Of what is in the latter each value is looked at, but not
 * whether names are texts, or are there twice.
 *
 * <p>Nothing is reserved for what is announced: there must be a byte at least for each value.
 * Memory is taken for what is open: 8 bytes a level, 8 bytes a name.
 *
 * <p>Reusable; not thread-safe.
 */
public final class MessagePackValidator implements ValueValidator {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final int LINE = 8 * Words.BYTES;

  private static final byte[] EMPTY = {};
  private static final int ARRAY = -1;
  private static final int FIRST_LEVELS = 8;

  /** The memory of so many levels is kept for the next value. */
  private static final int KEPT_LEVELS = 1 << 10;

  private final int maxDepth;
  private final int maxNameBytes;

  private byte[] buf = EMPTY;
  private int from;
  private int end;
  private @Nullable OverLimit overLimit;

  // What is open, from outside to inside: how many members or elements have not begun yet, and the
  // mark of an object's names, or ARRAY.
  private int[] left = new int[FIRST_LEVELS];
  private int[] marks = new int[FIRST_LEVELS];
  private final MemberNames names = new MemberNames();
  private final UsualMessages usual = new UsualMessages(this);

  /** A validator with these limits on depth and names. */
  public MessagePackValidator(Limits limits) {
    this.maxDepth = limits.get(Bound.DEPTH);
    this.maxNameBytes = limits.get(Bound.NAME_BYTES);
  }

  @Override
  public @Nullable OverLimit checkMessage(byte[] payload, int start, int to) {
    return check(payload, start, to, 0);
  }

  @Override
  public @Nullable OverLimit checkValue(Bytes value, int outside) {
    return check(value.array(), value.from(), value.to(), outside);
  }

  /**
   * As {@link #checkValue}, of a value that is nobody's call: what is over a limit is refused, too.
   *
   * @throws MessagePackException if it is not one value that Tern takes
   */
  public void check(Bytes value, int outside) {
    OverLimit over = checkValue(value, outside);
    if (over != null && over.isTooDeep()) {
      throw error(over.at(), "nesting deeper than " + maxDepth, "at most that");
    }
    if (over != null) {
      long length = Format.count(value.array(), over.at());
      throw error(over.at(), "a name of " + bytes(length), "at most " + maxNameBytes);
    }
  }

  private @Nullable OverLimit check(byte[] bytes, int start, int to, int outside) {
    buf = bytes;
    from = start;
    end = to;
    overLimit = null;
    names.clear();
    try {
      int stop = valueEnd(from, outside);
      if (stop < end) {
        throw error(stop, bytes(end - stop) + " behind the value", "the end");
      }
      return overLimit;
    } finally {
      release();
    }
  }

  @Override
  public FastPath fastPath() {
    return usual;
  }

  /**
   * Where a value ends that is a member of a message, or -1 if something in it is over a limit or
   * not sound.
   *
   * @param start of the message
   * @param to the end of the message
   */
  int valueEnd(byte[] bytes, int start, int p, int to, int outside) {
    buf = bytes;
    from = start;
    end = to;
    overLimit = null;
    names.clear();
    try {
      int stop = valueEnd(p, outside);
      return overLimit == null ? stop : -1;
    } catch (MessagePackException e) {
      return -1;
    } finally {
      release();
    }
  }

  /** Nothing of the value is held any longer. */
  private void release() {
    buf = EMPTY;
    if (left.length > KEPT_LEVELS) {
      left = new int[FIRST_LEVELS];
      marks = new int[FIRST_LEVELS];
    }
  }

  /** Where the value ends that starts at {@code p}. */
  private int valueEnd(int p, int outside) {
    int depth = 0;
    long awaited = 1; // values and names that must still come, a byte each at least
    do {
      if (depth > 0) {
        int level = depth - 1;
        if (left[level] == 0) {
          close(level);
          depth = level;
          continue;
        }
        left[level]--;
        if (marks[level] != ARRAY) {
          awaited--;
          p = nameEnd(p, marks[level]);
        }
      }
      awaited--;
      if (p < end && buf[p] >= Format.MIN_FIXINT) {
        p++;
        continue;
      }
      ValueKind kind = kind(p);
      switch (kind) {
        case OBJECT, ARRAY -> {
          if (depth >= maxDepth - outside) {
            p = passOver(p);
            continue;
          }
          boolean isObject = kind == ValueKind.OBJECT;
          long count = headerCount(p, kind);
          awaited += isObject ? 2 * count : count;
          int next = p + Format.size(buf[p]);
          if (awaited > end - next) {
            throw cutOff(p, next, awaited, "at least, for " + count + " of " + noun(kind));
          }
          open(depth++, (int) count, isObject ? names.mark() : ARRAY);
          p = next;
        }
        case STRING -> p = textEnd(p);
        case BINARY -> p = contentEnd(p, kind);
        case NUMBER -> p = numberEnd(p);
        case BOOLEAN, NULL -> p++;
      }
    } while (depth > 0);
    return p;
  }

  /** Where the object or the array ends that starts at {@code p}, and nests too deep. */
  private int passOver(int p) {
    if (overLimit == null || !overLimit.isTooDeep()) {
      overLimit = new OverLimit(p, Bound.DEPTH); // it is never told as something else
    }
    int at = p;
    long awaited = 1;
    do {
      awaited--;
      ValueKind kind = kind(at);
      switch (kind) {
        case OBJECT, ARRAY -> {
          long count = headerCount(at, kind);
          awaited += kind == ValueKind.OBJECT ? 2 * count : count;
          int next = at + Format.size(buf[at]);
          if (awaited > end - next) {
            throw cutOff(at, next, awaited, "at least, for " + count + " of " + noun(kind));
          }
          at = next;
        }
        case STRING -> at = textEnd(at);
        case BINARY -> at = contentEnd(at, kind);
        case NUMBER -> at = numberEnd(at);
        case BOOLEAN, NULL -> at++;
      }
    } while (awaited > 0);
    return at;
  }

  private void open(int level, int count, int mark) {
    if (level == left.length) {
      left = Arrays.copyOf(left, 2 * level);
      marks = Arrays.copyOf(marks, 2 * level);
    }
    left[level] = count;
    marks[level] = mark;
  }

  private void close(int level) {
    if (marks[level] != ARRAY) {
      int duplicate = names.close(marks[level], buf);
      if (duplicate >= 0) {
        throw duplicate(duplicate);
      }
    }
  }

  private int nameEnd(int p, int mark) {
    ValueKind kind = kind(p);
    if (kind != ValueKind.STRING) {
      throw error(p, noun(kind) + " as a name", noun(ValueKind.STRING));
    }
    int start = p + Format.size(buf[p]);
    long length = headerCount(p, kind);
    if (length > maxNameBytes && overLimit == null) {
      overLimit = new OverLimit(p, Bound.NAME_BYTES);
    }
    int stop = textEnd(p);
    long firstWord = Words.head(Words.at(buf, start), stop - start);
    if (!names.add(mark, buf, p, Name.hash(firstWord, buf, start, stop))) {
      throw duplicate(p);
    }
    return stop;
  }

  private ValueKind kind(int p) {
    if (p >= end) {
      throw cutOff(p, p, 1, "at least, for a value");
    }
    ValueKind kind = Format.kind(buf[p]);
    if (kind == null) {
      throw error(
          p,
          Format.isExtension(buf[p]) ? "an extension type" : "0xC1, which is never used",
          "null, true, false, a number, a text, bytes, an array or a map");
    }
    return kind;
  }

  /** How many bytes, members or elements it says that it has. */
  private long headerCount(int p, ValueKind kind) {
    requireHeader(p, kind);
    return Format.count(buf, p);
  }

  private void requireHeader(int p, ValueKind kind) {
    int size = Format.size(buf[p]);
    if (size > end - p) {
      throw cutOff(p, p, size, "for the first bytes of " + noun(kind));
    }
  }

  /** Where a text or bytes end. */
  private int contentEnd(int p, ValueKind kind) {
    long length = headerCount(p, kind);
    int start = p + Format.size(buf[p]);
    if (length > end - start) {
      throw cutOff(p, start, length, "of " + noun(kind));
    }
    return start + (int) length;
  }

  private int numberEnd(int p) {
    requireHeader(p, ValueKind.NUMBER);
    boolean isFinite =
        switch (buf[p] & 0xFF) {
          case Format.FLOAT32 -> Float.isFinite(Float.intBitsToFloat(Format.int32(buf, p + 1)));
          case Format.FLOAT64 -> Double.isFinite(Double.longBitsToDouble(Format.int64(buf, p + 1)));
          default -> true;
        };
    if (!isFinite) {
      throw error(p, "NaN or an infinity", "a finite number");
    }
    return p + Format.size(buf[p]);
  }

  /** Where the text ends whose first byte is at {@code p}: the characters are checked. */
  private int textEnd(int p) {
    byte[] b = buf;
    int at = p + Format.size(b[p]);
    int stop = contentEnd(p, ValueKind.STRING);
    while (at < stop) {
      at = asciiEnd(b, at, stop);
      while (at < stop && b[at] < 0) {
        int next = Utf8.check(b, at, stop);
        if (next < 0) {
          throw error(at, "malformed UTF-8", "UTF-8");
        }
        at = next;
      }
    }
    return stop;
  }

  /** Where the bytes from {@code p} on are no longer ASCII, or {@code end}. */
  static int asciiEnd(byte[] b, int p, int end) {
    while (end - p >= LINE && (highBits(b, p) & HIGH_BITS) == 0) {
      p += LINE;
    }
    while (p < end) {
      long marks = Words.at(b, p) & HIGH_BITS;
      if (marks != 0) {
        return Math.min(end, p + Words.before(marks));
      }
      p += Words.BYTES;
    }
    return end;
  }

  private static long highBits(byte[] b, int p) {
    long bits = 0;
    for (int i = 0; i < LINE; i += Words.BYTES) {
      bits |= Words.at(b, p + i);
    }
    return bits;
  }

  // --- errors ---

  private MessagePackException error(int at, String found, String expected) {
    return new MessagePackException(at - from, found, expected);
  }

  private MessagePackException duplicate(int at) {
    return error(at, "a name that is there twice", "each name once");
  }

  /** The value at {@code p} needs more bytes from {@code next} on than there are. */
  private MessagePackException cutOff(int p, int next, long needed, String what) {
    return error(p, "cut off after " + bytes(Math.max(0, end - next)), needed + " " + what);
  }

  private static String bytes(long count) {
    return count == 1 ? "1 byte" : count + " bytes";
  }

  private static String noun(ValueKind kind) {
    return switch (kind) {
      case OBJECT -> "a map";
      case ARRAY -> "an array";
      case STRING -> "a text";
      case BINARY -> "bytes";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
    };
  }
}

package dev.tern.codec.protobuf;

import dev.tern.codec.protobuf.Shape.Field;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Utf8;
import dev.tern.protocol.value.ValueValidator;
import dev.tern.protocol.value.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a stranger's bytes once, before anything is made of them: whether they are what {@code
 * tern.proto} says, and say nothing that JSON could not say. Refused by a {@link ProtobufException}
 * are what is cut off, or announces more than is there; what is behind a message; tags of no field,
 * and groups; varints of more than 64 bits; fields of another wire type than theirs; fields and
 * oneofs that are there twice, though they are not repeated; values of no kind, and entries without
 * a name or a value; names that are there twice in one map; malformed UTF-8; NaN and infinities.
 * Unknown fields are passed over, and varints may be longer than they need be.
 *
 * <p>A name that is longer than {@link Bound#NAME_BYTES}, and what nests deeper than {@link
 * Bound#DEPTH}, a list or a map counting one, are passed over and told. What is in the latter is
 * not looked at.
 *
 * <p>Nothing is reserved for what is announced. Memory is taken for what is open: 16 bytes for each
 * message that lies in others, 8 bytes for each name.
 *
 * <p>Reusable; not thread-safe.
 */
public final class ProtobufValidator implements ValueValidator {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final int LINE = 8 * Words.BYTES;

  // The tags of a map's entry, a byte each.
  private static final int KEY = Wire.tag(Shape.NAME, Wire.LEN);
  private static final int VALUE = Wire.tag(Shape.NAME + 1, Wire.LEN);

  /** The tag of a Payload's batch. */
  static final byte BATCH = (byte) Wire.tag(5, Wire.LEN);

  private static final byte[] EMPTY = {};
  private static final int FIRST_LEVELS = 16;

  /** The memory of so many levels is kept for the next value. */
  private static final int KEPT_LEVELS = 1 << 10;

  private final int maxDepth;
  private final int maxNameBytes;

  private byte[] buf = EMPTY;
  private int from;
  private @Nullable OverLimit overLimit;

  /** In how many lists and maps the next value lies. */
  private int depth;

  // The messages that are open, from outside to inside: what they are, where they end, what was
  // seen in them (see Field.once), and the mark of the names in them.
  private int levels;
  private Shape[] shapes = new Shape[FIRST_LEVELS];
  private int[] ends = new int[FIRST_LEVELS];
  private int[] seen = new int[FIRST_LEVELS];
  private int[] marks = new int[FIRST_LEVELS];
  private final MemberNames names = new MemberNames();

  /** A validator with these limits on depth and names. */
  public ProtobufValidator(Limits limits) {
    this.maxDepth = limits.get(Bound.DEPTH);
    this.maxNameBytes = limits.get(Bound.NAME_BYTES);
  }

  @Override
  public @Nullable OverLimit checkMessage(byte[] payload, int start, int to) {
    begin(payload, start, 0);
    try {
      Field field = start < to ? Shape.PAYLOAD.field(Wire.numberOf(payload[start])) : null;
      if (field == null || field.tag() != payload[start]) {
        throw error(start, "another field", "a request or a response");
      }
      int content = varintEnd(start + 1, to);
      long length = Wire.varint(payload, start + 1, content);
      int left = to - content;
      if (length >= 0 && length < left) {
        int stop = content + (int) length;
        throw error(stop, bytes(to - stop) + " behind the message", "the end");
      }
      depth++;
      walk(Objects.requireNonNull(field.shape()), content, to);
      if (length != left) {
        throw cutOff(to, left, bytes(length));
      }
      return overLimit;
    } finally {
      release();
    }
  }

  /**
   * The payloads in one that is a batch, at most one more than {@code most}; none of them is looked
   * at yet.
   */
  List<Bytes> batched(Bytes payload, int most) {
    begin(payload.array(), payload.from(), 0);
    try {
      int to = payload.to();
      int stop = lenEnd(payload.from() + 1, to);
      if (stop < to) {
        throw error(stop, bytes(to - stop) + " behind the batch", "the end");
      }
      List<Bytes> payloads = new ArrayList<>();
      for (int p = to - contentLength(payload.from() + 1); p < to && payloads.size() <= most; ) {
        int start = p;
        int content = varintEnd(p, to);
        long tag = Wire.varint(buf, p, content);
        Field field = Shape.PAYLOAD.field(Wire.numberOf(tag));
        if (field != null && field.tag() == tag) {
          p = lenEnd(content, to);
          payloads.add(Bytes.of(buf, start, p));
        } else if (field != null || Wire.numberOf(tag) == 0) {
          throw error(start, "a field of another kind", "a request or a response");
        } else {
          p = unknownEnd(start, Wire.typeOf(tag), content, to);
        }
      }
      return payloads;
    } finally {
      release();
    }
  }

  @Override
  public @Nullable OverLimit checkValue(Bytes value, int outside) {
    return check(Shape.PART, value, outside);
  }

  private @Nullable OverLimit check(Shape shape, Bytes value, int outside) {
    begin(value.array(), value.from(), outside);
    try {
      walk(shape, value.from(), value.to());
      return overLimit;
    } finally {
      release();
    }
  }

  /**
   * As {@link #checkValue}, of a value that is nobody's call: what is over a limit is refused, too.
   *
   * @throws ProtobufException if it is not one value that Tern takes
   */
  public void check(Bytes value, int outside) {
    OverLimit over = check(Shape.VALUE, value, outside);
    if (over != null && over.isTooDeep()) {
      throw error(over.at(), "nesting deeper than " + maxDepth, "at most that");
    }
    if (over != null) {
      throw error(over.at(), "a name that is too long", "at most " + bytes(maxNameBytes));
    }
  }

  private void begin(byte[] bytes, int start, int outside) {
    buf = bytes;
    from = start;
    depth = outside;
    levels = 0;
    overLimit = null;
    names.clear();
  }

  private void walk(Shape shape, int start, int end) {
    open(shape, end);
    int p = start;
    while (levels > 0) {
      int level = levels - 1;
      if (p < ends[level]) {
        p = field(p, level);
      } else {
        close(p, level);
      }
    }
  }

  /** Nothing of the value is held any longer. */
  private void release() {
    buf = EMPTY;
    if (ends.length > KEPT_LEVELS) {
      allocate(FIRST_LEVELS);
    }
  }

  private void open(Shape shape, int end) {
    if (levels == ends.length) {
      allocate(2 * levels);
    }
    shapes[levels] = shape;
    ends[levels] = end;
    seen[levels] = 0;
    marks[levels] = names.mark();
    levels++;
  }

  private void allocate(int length) {
    shapes = Arrays.copyOf(shapes, length);
    ends = Arrays.copyOf(ends, length);
    seen = Arrays.copyOf(seen, length);
    marks = Arrays.copyOf(marks, length);
  }

  private void close(int p, int level) {
    Shape shape = shapes[level];
    if (!shape.isWhole(seen[level])) {
      throw error(p, shape.name + " that ends too early", shape.needs());
    }
    if (shape.isNesting()) {
      depth--;
    }
    if (shape.hasNames()) {
      int duplicate = names.close(marks[level], buf);
      if (duplicate >= 0) {
        throw duplicate(duplicate);
      }
    }
    levels = level;
  }

  /** Looks at the field that starts at {@code p}. Returns where what is next starts. */
  private int field(int p, int level) {
    int end = ends[level];
    int next = varintEnd(p, end);
    long tag = Wire.varint(buf, p, next);
    int number = Wire.numberOf(tag);
    if (number == 0) {
      throw error(p, "the tag of no field", "a field's number, from 1 on");
    }
    Field field = shapes[level].field(number);
    if (shapes[level].isReserved(number)) {
      throw error(p, "field " + number + " of " + shapes[level].name, "none that is reserved");
    }
    if (field == null) {
      return unknownEnd(p, Wire.typeOf(tag), next, end);
    }
    if (field.kind().type != Wire.typeOf(tag)) {
      throw error(
          p,
          "wire type " + Wire.typeOf(tag) + " of " + nameOf(field, level),
          "wire type " + field.kind().type);
    }
    if ((seen[level] & field.once()) != 0) {
      throw error(p, nameOf(field, level) + " behind itself or another of its oneof", "each once");
    }
    seen[level] |= field.once();
    return content(field, next, end, level);
  }

  private String nameOf(Field field, int level) {
    return "field " + field.number() + " of " + shapes[level].name;
  }

  private int unknownEnd(int p, int type, int start, int end) {
    return switch (type) {
      case Wire.VARINT -> varintEnd(start, end);
      case Wire.FIXED64 -> fixedEnd(start, end, Long.BYTES);
      case Wire.LEN -> lenEnd(start, end);
      case Wire.FIXED32 -> fixedEnd(start, end, Integer.BYTES);
      case Wire.START_GROUP, Wire.END_GROUP -> throw error(p, "a group", "a field that is none");
      default -> throw error(p, "wire type " + type, "0, 1, 2 or 5");
    };
  }

  /** Looks at the content that starts at {@code p}. Returns where what is next starts. */
  private int content(Field field, int p, int end, int level) {
    return switch (field.kind()) {
      case NULL -> smallEnd(p, end, 0, "0");
      case BOOL -> smallEnd(p, end, 1, "0 or 1");
      case SINT64, UINT64, EXECUTED -> varintEnd(p, end);
      case DOUBLE, FLOAT -> fractionEnd(field.kind(), p, end);
      case STRING -> isName(field, level) ? nameEnd(p, end, marks[level - 1]) : textEnd(p, end);
      case BYTES -> lenEnd(p, end);
      case MESSAGE -> {
        if (level > 0 && shapes[level - 1].hasValues()) {
          throw error(p, "a message in a list or a map", "one that is all of the value");
        }
        yield lenEnd(p, end);
      }
      case VALUE -> {
        int stop = lenEnd(p, end);
        int start = stop - contentLength(p);
        yield isPlain(start, stop) ? stop : entered(Shape.VALUE, start, stop);
      }
      case MEMBER -> {
        int stop = lenEnd(p, end);
        int start = stop - contentLength(p);
        yield isPlainMember(start, stop, level)
            ? stop
            : entered(Objects.requireNonNull(field.shape()), start, stop);
      }
      case LIST, MAP, REQUEST, RESPONSE, META, ERROR -> inner(field, p, end);
      case TEXTS, TEXT_MAP, TRUE, FALSE, NOTHING -> throw new AssertionError(field);
    };
  }

  private int inner(Field field, int p, int end) {
    Shape shape = field.shape();
    if (shape == null) {
      throw new AssertionError(field);
    }
    int stop = lenEnd(p, end);
    if (shape.isNesting()) {
      if (depth >= maxDepth) {
        tooDeep(p);
        return stop;
      }
      depth++;
    }
    return entered(shape, stop - contentLength(p), stop);
  }

  private void tooDeep(int p) {
    if (overLimit == null || !overLimit.isTooDeep()) {
      overLimit = new OverLimit(p, Bound.DEPTH); // it is never told as something else
    }
  }

  private int entered(Shape shape, int start, int stop) {
    open(shape, stop);
    return start;
  }

  /**
   * Whether a value is one number, truth value, null or text, and nothing else, as most are: then
   * it was looked at. Else nobody knows yet.
   */
  private boolean isPlain(int p, int end) {
    if (p + 1 >= end || buf[p] < 0) {
      return false;
    }
    Field field = Shape.VALUE.field(Wire.numberOf(buf[p]));
    if (field == null || field.kind().type != Wire.typeOf(buf[p])) {
      return false;
    }
    return switch (field.kind()) {
      case NULL, BOOL, SINT64, UINT64, DOUBLE, FLOAT, STRING, BYTES ->
          content(field, p + 1, end, 0) == end;
      default -> false;
    };
  }

  /**
   * Whether an entry is a short name and a {@linkplain #isPlain plain} value behind it, and nothing
   * else, as most are: then it was looked at. Else nobody knows yet.
   */
  private boolean isPlainMember(int p, int end, int level) {
    if (end - p < 2 || buf[p] != KEY || buf[p + 1] < 0 || shapes[level] != Shape.MAP) {
      return false;
    }
    int value = p + 2 + buf[p + 1];
    if (end - value < 2 || buf[value] != VALUE || buf[value + 1] != end - value - 2) {
      return false;
    }
    if (!isPlain(value + 2, end)) {
      return false;
    }
    nameEnd(p + 1, value, marks[level]);
    return true;
  }

  // --- contents ---

  /** The length that stands at {@code p}, and was looked at. */
  private int contentLength(int p) {
    return buf[p] >= 0 ? buf[p] : (int) Wire.varint(buf, p, Wire.varintEnd(buf, p, buf.length));
  }

  private int varintEnd(int p, int end) {
    if (p < end && buf[p] >= 0) {
      return p + 1;
    }
    int next = Wire.varintEnd(buf, p, end);
    if (next == Wire.CUT_OFF) {
      throw cutOff(p, end - p, "the rest of a varint");
    }
    if (next == Wire.TOO_LONG) {
      throw error(p, "a varint of more than 64 bits", "at most that");
    }
    return next;
  }

  private int smallEnd(int p, int end, int most, String expected) {
    int next = varintEnd(p, end);
    long value = Wire.varint(buf, p, next);
    if (value < 0 || value > most) {
      throw error(p, "another number", expected);
    }
    return next;
  }

  private int fixedEnd(int p, int end, int bytes) {
    if (bytes > end - p) {
      throw cutOff(p, end - p, bytes(bytes));
    }
    return p + bytes;
  }

  private int fractionEnd(Kind kind, int p, int end) {
    boolean isDouble = kind == Kind.DOUBLE;
    int next = fixedEnd(p, end, isDouble ? Double.BYTES : Float.BYTES);
    boolean isFinite =
        isDouble
            ? Double.isFinite(Double.longBitsToDouble(Wire.int64(buf, p)))
            : Float.isFinite(Float.intBitsToFloat(Wire.int32(buf, p)));
    if (!isFinite) {
      throw error(p, "NaN or an infinity", "a finite number");
    }
    return next;
  }

  /** Where the bytes end whose length stands at {@code p}. */
  private int lenEnd(int p, int end) {
    if (p < end && buf[p] >= 0 && buf[p] < end - p) {
      return p + 1 + buf[p];
    }
    int start = varintEnd(p, end);
    long length = Wire.varint(buf, p, start);
    if (length < 0 || length > end - start) {
      throw cutOff(p, end - start, bytes(length));
    }
    return start + (int) length;
  }

  private static boolean isName(Field field, Shape shape) {
    return shape.isMember() && field.number() == Shape.NAME;
  }

  private boolean isName(Field field, int level) {
    return isName(field, shapes[level]);
  }

  private int nameEnd(int p, int end, int mark) {
    int stop = textEnd(p, end);
    int length = contentLength(p);
    if (length > maxNameBytes && overLimit == null) {
      overLimit = new OverLimit(p, Bound.NAME_BYTES);
    }
    int start = stop - length;
    long firstWord = Words.head(Words.at(buf, start), length);
    if (!names.add(mark, buf, p, Name.hash(firstWord, buf, start, stop))) {
      throw duplicate(p);
    }
    return stop;
  }

  /** Where the text ends whose length is at {@code p}: the characters are checked. */
  private int textEnd(int p, int end) {
    byte[] b = buf;
    int stop = lenEnd(p, end);
    int at = stop - contentLength(p);
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
  private static int asciiEnd(byte[] b, int p, int end) {
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

  private ProtobufException error(int at, String found, String expected) {
    return new ProtobufException(at - from, found, expected);
  }

  private ProtobufException duplicate(int at) {
    return error(at, "a name that is there twice", "each name once");
  }

  private ProtobufException cutOff(int at, int left, String needed) {
    return error(at, "cut off after " + bytes(Math.max(0, left)), needed);
  }

  private static String bytes(long count) {
    return count == 1 ? "1 byte" : Long.toUnsignedString(count) + " bytes";
  }
}

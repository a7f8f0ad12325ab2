package dev.tern.codec.protobuf;

import dev.tern.protocol.Executed;
import dev.tern.protocol.value.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message of {@code tern.proto}: which fields it has. */
final class Shape {
  /**
   * A field.
   *
   * @param shape what is in it, if that is a message
   * @param name what it is shown as
   * @param once the bit of what must not stand there twice, be it the field or its oneof; 0 if it
   *     may
   */
  record Field(int number, Kind kind, @Nullable Shape shape, Name name, int once) {
    int tag() {
      return Wire.tag(number, kind.type);
    }

    boolean isId() {
      return name.text().equals(ID);
    }

    boolean isRepeated() {
      return once == 0;
    }
  }

  /** The bit of the first oneof, which has no field with the number 0. */
  private static final int ONEOF = 1;

  private static final int REPEATED = 0;

  static final Shape VALUE = new Shape("a Value", false);

  /** What may be told from a message: a Value, or a field that is none, with its tag. */
  static final Shape PART = new Shape("a Value", false);

  static final Shape LIST = new Shape("a List", true);
  static final Shape MAP = new Shape("a Map", true);
  static final Shape MEMBER = new Shape("an entry of a map", false);
  static final Shape TEXT_MEMBER = new Shape("an entry of a map", false);
  static final Shape META = new Shape("a Meta", true);
  static final Shape ERROR = new Shape("an Error", true);
  static final Shape REQUEST = new Shape("a Request", true);
  static final Shape RESPONSE = new Shape("a Response", true);
  static final Shape PAYLOAD = new Shape("a Payload", false);

  /** The number of a map entry's name; behind it is that of its value. */
  static final int NAME = 1;

  static final int META_NUMBER = 15;

  private static final int ERROR_NUMBER = 14;

  /** By their numbers. */
  private static final Executed[] VERDICTS = {Executed.MAYBE, Executed.NO, Executed.YES};

  static {
    VALUE
        .add(1, Kind.NULL, "null_value", ONEOF)
        .add(2, Kind.BOOL, "bool_value", ONEOF)
        .add(3, Kind.SINT64, "sint64_value", ONEOF)
        .add(4, Kind.UINT64, "uint64_value", ONEOF)
        .add(5, Kind.DOUBLE, "double_value", ONEOF)
        .add(6, Kind.FLOAT, "float_value", ONEOF)
        .add(7, Kind.STRING, "string_value", ONEOF)
        .add(8, Kind.BYTES, "bytes_value", ONEOF)
        .add(9, Kind.LIST, LIST, "list_value", ONEOF)
        .add(10, Kind.MAP, MAP, "map_value", ONEOF)
        .add(11, Kind.MESSAGE, "message", ONEOF)
        .needs(ONEOF);
    VALUE.reserved = 1 << ERROR_NUMBER | 1 << META_NUMBER;
    for (int number = 1; VALUE.field(number) != null; number++) {
      Field field = VALUE.known(number);
      PART.add(number, field.kind(), field.shape(), field.name().text(), ONEOF);
    }
    PART.add(ERROR_NUMBER, Kind.ERROR, ERROR, "error", ONEOF)
        .add(META_NUMBER, Kind.META, META, "meta", ONEOF)
        .needs(ONEOF);
    LIST.add(1, Kind.VALUE, VALUE, "values", REPEATED);
    MAP.add(1, Kind.MEMBER, MEMBER, "members", REPEATED);
    MEMBER
        .add(NAME, Kind.STRING, "key", 1 << NAME)
        .add(2, Kind.VALUE, VALUE, "value", 1 << 2)
        .needs(1 << NAME | 1 << 2);
    TEXT_MEMBER
        .add(NAME, Kind.STRING, "key", 1 << NAME)
        .add(2, Kind.STRING, "value", 1 << 2)
        .needs(1 << NAME | 1 << 2);
    META.add(1, Kind.UINT64, "v")
        .add(2, Kind.UINT64, "timeout_ms")
        .add(3, Kind.BOOL, "idempotent")
        .add(4, Kind.STRING, "key")
        .add(5, Kind.UINT64, "attempt")
        .add(6, Kind.BOOL, "repeated")
        .add(7, Kind.STRING, "dedup")
        .add(8, Kind.UINT64, "first_ms")
        .add(9, Kind.STRING, "auth")
        .add(10, Kind.STRING, "traceparent")
        .add(11, Kind.STRING, "tracestate")
        .add(12, Kind.STRING, "accept", REPEATED)
        .add(13, Kind.BOOL, "timing")
        .add(14, Kind.BOOL, "replayed")
        .add(15, Kind.UINT64, "queue_us")
        .add(16, Kind.UINT64, "handler_us")
        .add(17, Kind.MEMBER, TEXT_MEMBER, "md", REPEATED);
    ERROR
        .add(1, Kind.STRING, "code")
        .add(2, Kind.STRING, "message")
        .add(3, Kind.VALUE, VALUE, "details", 1 << 3)
        .add(4, Kind.EXECUTED, "executed");
    REQUEST
        .addId()
        .add(4, Kind.STRING, "method")
        .add(5, Kind.VALUE, VALUE, "params", 1 << 5)
        .add(META_NUMBER, Kind.META, META, "meta", 1 << META_NUMBER);
    RESPONSE
        .addId()
        .add(6, Kind.VALUE, VALUE, "result", 1 << 6)
        .add(ERROR_NUMBER, Kind.ERROR, ERROR, "error", 1 << 6)
        .add(META_NUMBER, Kind.META, META, "meta", 1 << META_NUMBER);
    PAYLOAD
        .add(2, Kind.REQUEST, REQUEST, "request", ONEOF)
        .add(3, Kind.RESPONSE, RESPONSE, "response", ONEOF)
        .needs(ONEOF);
  }

  static final Field ID_NUMBER = REQUEST.known(2);
  static final Field ID_UNSIGNED = REQUEST.known(3);
  static final Field ACCEPT = META.known(12);
  static final Field MD = META.known(17);

  /** Said in JSON; in protobuf it goes without saying. */
  static final String OK = "ok";

  /** What each of the fields of an id is shown as. */
  private static final String ID = "id";

  final String name;
  private final boolean isNesting;
  private final List<@Nullable Field> byNumber = new ArrayList<>();
  private final Map<String, Field> byName = new HashMap<>();
  private int needed;
  private int reserved;

  private Shape(String name, boolean isNesting) {
    this.name = name;
    this.isNesting = isNesting;
  }

  private Shape addId() {
    add(1, Kind.STRING, ID, ONEOF);
    add(2, Kind.SINT64, ID, ONEOF);
    return add(3, Kind.UINT64, ID, ONEOF);
  }

  private Shape add(int number, Kind kind, String shown) {
    return add(number, kind, shown, 1 << number);
  }

  private Shape add(int number, Kind kind, String shown, int once) {
    return add(number, kind, null, shown, once);
  }

  private Shape add(int number, Kind kind, @Nullable Shape shape, String shown, int once) {
    Field field = new Field(number, kind, shape, Name.of(shown), once);
    while (byNumber.size() <= number) {
      byNumber.add(null);
    }
    byNumber.set(number, field);
    byName.putIfAbsent(shown, field);
    return this;
  }

  private void needs(int bits) {
    needed = bits;
  }

  /** Whether a field that is not known must not be there at all. */
  boolean isReserved(int number) {
    return number < Integer.SIZE && (reserved & 1 << number) != 0;
  }

  /** The verdict with a number; one that is not known promises nothing. */
  static Executed executedOf(long number) {
    return number >= 0 && number < VERDICTS.length ? VERDICTS[(int) number] : Executed.MAYBE;
  }

  /** The number of a verdict. */
  static int numberOf(Executed executed) {
    return Arrays.asList(VERDICTS).indexOf(executed);
  }

  /** The field with a number; null if it has none. */
  @Nullable Field field(int number) {
    return number < byNumber.size() ? byNumber.get(number) : null;
  }

  private Field known(int number) {
    return Objects.requireNonNull(field(number));
  }

  /** The first field that is shown as this; null if there is none. */
  @Nullable Field field(String shown) {
    return byName.get(shown);
  }

  /** Whether nothing is missing where these fields and oneofs are. */
  boolean isWhole(int seen) {
    return (seen & needed) == needed;
  }

  /** In words, what must not be missing. */
  String needs() {
    return isMember() ? "a key and a value" : "one of its fields";
  }

  /** Whether it is an object or an array where it is shown. */
  boolean isNesting() {
    return isNesting;
  }

  /** Whether the names of a map are in it. */
  boolean hasNames() {
    return this == MAP || this == META;
  }

  /** Whether it is what the values of a list or a map stand in. */
  boolean hasValues() {
    return this == LIST || this == MEMBER;
  }

  /** Whether it is an entry of a map. */
  boolean isMember() {
    return this == MEMBER || this == TEXT_MEMBER;
  }
}

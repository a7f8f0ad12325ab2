package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The specification of values, as plainly as it can be written: a second opinion on what is
 * refused. It knows nothing of the classes under test.
 */
final class Reference {
  /** What is not one value that Tern takes. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  /** A field as it stands there: its content is a Long, or the bytes. */
  private record Field(int number, int type, Object content) {}

  private final Limits limits;

  private Reference(Limits limits) {
    this.limits = limits;
  }

  /** What the bytes say, as a {@link Tree}. */
  static Object read(byte[] value, int outside, Limits limits) throws Refused {
    return new Reference(limits).value(ByteBuffer.wrap(value), outside, true);
  }

  private static void require(boolean holds, String otherwise) throws Refused {
    if (!holds) {
      throw new Refused(otherwise);
    }
  }

  private static List<Field> fields(ByteBuffer in) throws Refused {
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      BigInteger tag = varint(in);
      int type = tag.intValue() & 7;
      BigInteger number = tag.shiftRight(3);
      require(number.signum() > 0 && number.bitLength() <= 29, "no number of a field");
      Object content =
          switch (type) {
            case 0 -> varint(in).longValue();
            case 1 -> bytes(in, BigInteger.valueOf(8));
            case 2 -> bytes(in, varint(in));
            case 5 -> bytes(in, BigInteger.valueOf(4));
            default -> throw new Refused("a group, or a wire type that is none");
          };
      fields.add(new Field(number.intValue(), type, content));
    }
    return fields;
  }

  private static BigInteger varint(ByteBuffer in) throws Refused {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; ; i++) {
      require(in.hasRemaining() && i < 10, "cut off, or too long");
      int next = in.get();
      value = value.or(BigInteger.valueOf(next & 0x7F).shiftLeft(7 * i));
      if (next >= 0) {
        require(value.bitLength() <= 64, "more than 64 bits");
        return value;
      }
    }
  }

  private static ByteBuffer bytes(ByteBuffer in, BigInteger length) throws Refused {
    require(length.compareTo(BigInteger.valueOf(in.remaining())) <= 0, "cut off");
    ByteBuffer content = in.slice(in.position(), length.intValue()).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length.intValue());
    return content;
  }

  private static int typeOfKind(int number) {
    return number <= 4 ? 0 : number == 5 ? 1 : number == 6 ? 5 : 2;
  }

  private Object value(ByteBuffer in, int depth, boolean isWhole) throws Refused {
    boolean isThere = false;
    Object value = null;
    for (Field field : fields(in)) {
      require(field.number() != 14 && field.number() != 15, "a field that is reserved");
      if (field.number() > 11) {
        continue;
      }
      require(!isThere, "two values");
      require(field.type() == typeOfKind(field.number()), "another wire type");
      require(isWhole || field.number() != 11, "a message in a value");
      isThere = true;
      value = kind(field, depth);
    }
    require(isThere, "no value");
    return value;
  }

  private Object kind(Field field, int depth) throws Refused {
    long bits = field.content() instanceof Long number ? number : 0;
    return switch (field.number()) {
      case 1 -> {
        require(bits == 0, "no null");
        yield null;
      }
      case 2 -> {
        require(bits == 0 || bits == 1, "no bool");
        yield bits == 1;
      }
      case 3 -> bits % 2 == 0 ? bits >>> 1 : -(bits >>> 1) - 1;
      case 4 -> bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
      case 5 -> {
        double number = ((ByteBuffer) field.content()).getDouble();
        require(Double.isFinite(number), "not finite");
        yield number;
      }
      case 6 -> {
        float number = ((ByteBuffer) field.content()).getFloat();
        require(Float.isFinite(number), "not finite");
        yield number;
      }
      case 7 -> text(field);
      case 8, 11 -> {
        ByteBuffer content = (ByteBuffer) field.content();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        yield bytes;
      }
      case 9 -> list((ByteBuffer) field.content(), depth);
      default -> map((ByteBuffer) field.content(), depth);
    };
  }

  private static String text(Field field) throws Refused {
    try {
      return UTF_8.newDecoder().decode((ByteBuffer) field.content()).toString();
    } catch (CharacterCodingException e) {
      throw new Refused("no UTF-8");
    }
  }

  private List<Object> list(ByteBuffer in, int depth) throws Refused {
    require(depth < limits.get(Bound.DEPTH), "too deep");
    List<Object> elements = new ArrayList<>();
    for (Field field : fields(in)) {
      if (field.number() == 1) {
        require(field.type() == 2, "another wire type");
        elements.add(value((ByteBuffer) field.content(), depth + 1, false));
      }
    }
    return elements;
  }

  private Map<String, Object> map(ByteBuffer in, int depth) throws Refused {
    require(depth < limits.get(Bound.DEPTH), "too deep");
    Map<String, Object> members = new LinkedHashMap<>();
    for (Field field : fields(in)) {
      if (field.number() == 1) {
        require(field.type() == 2, "another wire type");
        member((ByteBuffer) field.content(), depth, members);
      }
    }
    return members;
  }

  private void member(ByteBuffer in, int depth, Map<String, Object> members) throws Refused {
    String name = null;
    Object value = null;
    boolean isThere = false;
    for (Field field : fields(in)) {
      require(field.number() > 2 || field.type() == 2, "another wire type");
      if (field.number() == 1) {
        require(name == null, "two names");
        name = text(field);
      } else if (field.number() == 2) {
        require(!isThere, "two values");
        isThere = true;
        value = value((ByteBuffer) field.content(), depth + 1, false);
      }
    }
    require(name != null && isThere, "no name, or no value");
    require(name.getBytes(UTF_8).length <= limits.get(Bound.NAME_BYTES), "a long name");
    require(!members.containsKey(name), "a name twice");
    members.put(name, value);
  }
}

package dev.tern.codec.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The specification, as plainly as it can be written: a second opinion on what is refused. It knows
 * nothing of the classes under test.
 */
final class Reference {
  /** What is not one value that Tern takes. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  private final ByteBuffer in;
  private final Limits limits;

  private Reference(byte[] value, Limits limits) {
    this.in = ByteBuffer.wrap(value);
    this.limits = limits;
  }

  /** What the bytes say, as a {@link Tree}. */
  static Object read(byte[] value, int outside, Limits limits) throws Refused {
    Reference reference = new Reference(value, limits);
    Object tree = reference.value(outside);
    require(!reference.in.hasRemaining(), "something behind it");
    return tree;
  }

  private static void require(boolean holds, String otherwise) throws Refused {
    if (!holds) {
      throw new Refused(otherwise);
    }
  }

  private Object value(int depth) throws Refused {
    int first = (int) unsigned(1);
    if (first <= 0x7F) {
      return (long) first;
    }
    if (first >= 0xE0) {
      return (long) (byte) first;
    }
    if (first <= 0x8F) {
      return map(first & 0xF, depth);
    }
    if (first <= 0x9F) {
      return array(first & 0xF, depth);
    }
    if (first <= 0xBF) {
      return text(first & 0x1F);
    }
    return switch (first) {
      case 0xC0 -> null;
      case 0xC2 -> false;
      case 0xC3 -> true;
      case 0xC4 -> bytes(unsigned(1));
      case 0xC5 -> bytes(unsigned(2));
      case 0xC6 -> bytes(unsigned(4));
      case 0xCA -> {
        float number = Float.intBitsToFloat((int) unsigned(4));
        require(Float.isFinite(number), "not finite");
        yield number;
      }
      case 0xCB -> {
        double number = Double.longBitsToDouble(unsigned(8));
        require(Double.isFinite(number), "not finite");
        yield number;
      }
      case 0xCC -> unsigned(1);
      case 0xCD -> unsigned(2);
      case 0xCE -> unsigned(4);
      case 0xCF -> {
        long number = unsigned(8);
        yield number >= 0 ? (Object) number : new BigInteger(Long.toUnsignedString(number));
      }
      case 0xD0 -> (long) (byte) unsigned(1);
      case 0xD1 -> (long) (short) unsigned(2);
      case 0xD2 -> (long) (int) unsigned(4);
      case 0xD3 -> unsigned(8);
      case 0xD9 -> text(unsigned(1));
      case 0xDA -> text(unsigned(2));
      case 0xDB -> text(unsigned(4));
      case 0xDC -> array(unsigned(2), depth);
      case 0xDD -> array(unsigned(4), depth);
      case 0xDE -> map(unsigned(2), depth);
      case 0xDF -> map(unsigned(4), depth);
      default -> throw new Refused("an extension, or never used");
    };
  }

  private long unsigned(int bytes) throws Refused {
    require(in.remaining() >= bytes, "cut off");
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = number << 8 | (in.get() & 0xFF);
    }
    return number;
  }

  private byte[] bytes(long length) throws Refused {
    require(in.remaining() >= length, "cut off");
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private String text(long length) throws Refused {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(length))).toString();
    } catch (CharacterCodingException e) {
      throw new Refused("no UTF-8");
    }
  }

  private List<Object> array(long count, int depth) throws Refused {
    require(depth < limits.get(Bound.DEPTH), "too deep");
    List<Object> elements = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      elements.add(value(depth + 1));
    }
    return elements;
  }

  private Map<String, Object> map(long count, int depth) throws Refused {
    require(depth < limits.get(Bound.DEPTH), "too deep");
    Map<String, Object> members = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      if (!(value(Integer.MAX_VALUE) instanceof String name)) {
        throw new Refused("a name that is no text");
      }
      require(name.getBytes(UTF_8).length <= limits.get(Bound.NAME_BYTES), "a long name");
      require(!members.containsKey(name), "a name twice");
      members.put(name, value(depth + 1));
    }
    return members;
  }
}

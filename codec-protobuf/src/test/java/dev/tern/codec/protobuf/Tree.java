package dev.tern.codec.protobuf;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Values as trees of Java's own: maps, lists, strings, booleans, null, Long, BigInteger from 2^63
 * on, Float, Double, byte arrays. For tests only.
 */
final class Tree {
  private static final Names NONE = Names.of();

  private Tree() {}

  /** What a validated value says. */
  static Object read(byte[] value) {
    ProtobufReader in = new ProtobufReader(Bytes.of(value));
    Object tree = read(in);
    if (!in.isAtEnd()) {
      throw new AssertionError("not at the end");
    }
    return tree;
  }

  static Object read(ValueReader in) {
    return switch (in.peek()) {
      case OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        in.beginObject();
        while (in.nextMember(NONE, 0) != ValueReader.END) {
          String name = in.name();
          if (members.put(name, read(in)) != null) {
            throw new AssertionError(name + " twice");
          }
        }
        yield members;
      }
      case ARRAY -> {
        List<Object> elements = new ArrayList<>();
        in.beginArray();
        while (in.nextElement()) {
          elements.add(read(in));
        }
        yield elements;
      }
      case STRING -> in.readString();
      case NUMBER -> number(in);
      case BOOLEAN -> in.readBoolean();
      case BINARY -> in.readBinary();
      case NULL -> {
        in.readNull();
        yield null;
      }
    };
  }

  private static Number number(ValueReader in) {
    IntegerKind kind = in.readInteger();
    if (kind == IntegerKind.SIGNED) {
      return in.integerBits();
    }
    in.again();
    if (kind != IntegerKind.NOT_AN_INTEGER) {
      return new BigInteger(in.readNumber());
    }
    boolean isFloat = isFloat(in.readEncoded());
    in.again();
    return isFloat ? (Number) in.readFloat() : (Number) in.readDouble();
  }

  /** A fraction is a double or a float, with fields around it perhaps that nobody knows. */
  private static boolean isFloat(Bytes value) {
    try {
      return UnknownFieldSet.parseFrom(value.toByteArray())
          .hasField(Shape.VALUE.field("float_value").number());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes it with the numbers of members known. */
  static byte[] write(Object tree) {
    ProtobufWriter out = new ProtobufWriter();
    write(tree, out, true);
    return out.toByteArray();
  }

  static void write(Object tree, ValueWriter out, boolean withSizes) {
    switch (tree) {
      case null -> out.nullValue();
      case Boolean truth -> out.value((boolean) truth);
      case String text -> out.value(text);
      case byte[] bytes -> out.value(bytes);
      case Long number -> out.value((long) number);
      case BigInteger number -> out.value(number);
      case BigDecimal number -> out.value(number);
      case Double number -> out.value((double) number);
      case Float number -> out.value((float) number);
      case List<?> elements -> {
        out.beginArray(withSizes ? elements.size() : ValueWriter.UNKNOWN_SIZE);
        elements.forEach(element -> write(element, out, withSizes));
        out.endArray();
      }
      case Map<?, ?> members -> {
        out.beginObject(withSizes ? members.size() : ValueWriter.UNKNOWN_SIZE);
        members.forEach(
            (name, member) -> {
              out.name((String) name);
              write(member, out, withSizes);
            });
        out.endObject();
      }
      default -> throw new AssertionError(tree);
    }
  }

  /** In the diagnostic notation of RFC 8949, which has h'…' for bytes; a float32 has an f. */
  static String show(Object tree) {
    return switch (tree) {
      case null -> "null";
      case String text -> '"' + text + '"';
      case byte[] bytes -> "h'" + HexFormat.of().formatHex(bytes) + "'";
      case Float number -> number + "f";
      case List<?> elements ->
          elements.stream().map(Tree::show).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> members ->
          members.entrySet().stream()
              .map(member -> show(member.getKey()) + ": " + show(member.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> tree.toString();
    };
  }
}

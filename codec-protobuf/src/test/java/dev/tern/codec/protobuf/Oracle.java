package dev.tern.codec.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values as protobuf-java reads and writes them, by the published schema. */
final class Oracle {
  private static final Descriptor VALUE = ProtoFile.message("Value");
  private static final Descriptor LIST = ProtoFile.message("List");
  private static final Descriptor MAP = ProtoFile.message("Map");
  private static final FieldDescriptor VALUES = LIST.findFieldByName("values");
  private static final FieldDescriptor MEMBERS = MAP.findFieldByName("members");

  private Oracle() {}

  /** The message in these bytes. */
  static DynamicMessage parse(String message, byte[] bytes) {
    try {
      return DynamicMessage.parseFrom(ProtoFile.message(message), bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("protobuf-java refuses it", e);
    }
  }

  static byte[] write(Object tree) {
    return message(tree).toByteArray();
  }

  /** What a Value says, as a {@link Tree}. */
  static Object read(byte[] value) {
    return tree(parse("Value", value));
  }

  static Object tree(Message value) {
    Map<FieldDescriptor, Object> fields = value.getAllFields();
    if (fields.size() != 1) {
      throw new AssertionError(fields.keySet());
    }
    FieldDescriptor field = fields.keySet().iterator().next();
    Object content = fields.get(field);
    return switch (field.getName()) {
      case "null_value" -> null;
      case "uint64_value" -> {
        long bits = (Long) content;
        yield bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
      }
      case "bytes_value", "message" -> ((ByteString) content).toByteArray();
      case "list_value" -> {
        List<Object> elements = new ArrayList<>();
        ((List<?>) ((Message) content).getField(VALUES))
            .forEach(element -> elements.add(tree((Message) element)));
        yield elements;
      }
      case "map_value" -> {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Object entry : (List<?>) ((Message) content).getField(MEMBERS)) {
          Message member = (Message) entry;
          members.put(
              (String) member.getField(member.getDescriptorForType().findFieldByNumber(1)),
              tree((Message) member.getField(member.getDescriptorForType().findFieldByNumber(2))));
        }
        yield members;
      }
      default -> content;
    };
  }

  static DynamicMessage message(Object tree) {
    return switch (tree) {
      case null -> value("null_value", enumValue());
      case Boolean truth -> value("bool_value", truth);
      case String text -> value("string_value", text);
      case byte[] bytes -> value("bytes_value", ByteString.copyFrom(bytes));
      case Long number -> value("sint64_value", number);
      case BigInteger number -> value("uint64_value", number.longValue());
      case Double number -> value("double_value", number);
      case Float number -> value("float_value", number);
      case List<?> elements -> {
        DynamicMessage.Builder list = DynamicMessage.newBuilder(LIST);
        elements.forEach(element -> list.addRepeatedField(VALUES, message(element)));
        yield value("list_value", list.build());
      }
      case Map<?, ?> members -> {
        DynamicMessage.Builder map = DynamicMessage.newBuilder(MAP);
        members.forEach(
            (name, member) -> map.addRepeatedField(MEMBERS, entry(name, message(member))));
        yield value("map_value", map.build());
      }
      default -> throw new AssertionError(tree);
    };
  }

  private static EnumValueDescriptor enumValue() {
    return VALUE.findFieldByName("null_value").getEnumType().findValueByNumber(0);
  }

  private static DynamicMessage entry(Object name, Message member) {
    Descriptor entry = MEMBERS.getMessageType();
    return DynamicMessage.newBuilder(entry)
        .setField(entry.findFieldByNumber(1), name)
        .setField(entry.findFieldByNumber(2), member)
        .build();
  }

  private static DynamicMessage value(String field, Object content) {
    return DynamicMessage.newBuilder(VALUE).setField(VALUE.findFieldByName(field), content).build();
  }
}

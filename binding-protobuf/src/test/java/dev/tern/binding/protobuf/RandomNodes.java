package dev.tern.binding.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Messages with random fields, and other encodings of the same message. */
final class RandomNodes {
  private static final int MAX_DEPTH = 3;

  private final Random random;

  RandomNodes(Random random) {
    this.random = random;
  }

  DynamicMessage next() {
    return node(0);
  }

  private DynamicMessage node(int depth) {
    DynamicMessage.Builder node = DynamicMessage.newBuilder(Schemas.NODE);
    for (FieldDescriptor field : Schemas.NODE.getFields()) {
      boolean isNested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (random.nextInt(3) > 0 || (isNested && depth == MAX_DEPTH)) {
        continue;
      }
      if (field.isMapField()) {
        Set<Object> keys = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          DynamicMessage entry = entry(field, depth);
          if (keys.add(entry.getField(field.getMessageType().findFieldByNumber(1)))) {
            node.addRepeatedField(field, entry);
          }
        }
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          node.addRepeatedField(field, value(field, depth));
        }
      } else {
        node.setField(field, value(field, depth));
      }
    }
    if (random.nextInt(4) == 0) {
      node.setUnknownFields(unknown());
    }
    return node.build();
  }

  private DynamicMessage entry(FieldDescriptor map, int depth) {
    DynamicMessage.Builder entry = DynamicMessage.newBuilder(map.getMessageType());
    for (FieldDescriptor field : map.getMessageType().getFields()) {
      entry.setField(field, value(field, depth));
    }
    return entry.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    boolean isDefault = random.nextInt(4) == 0;
    return switch (field.getJavaType()) {
      case INT -> isDefault ? 0 : random.nextInt();
      case LONG -> isDefault ? 0L : random.nextLong();
      case FLOAT -> isDefault ? 0f : random.nextFloat();
      case DOUBLE -> isDefault ? 0d : random.nextBoolean() ? -0d : random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> isDefault ? "" : "é" + random.nextInt(100);
      case BYTE_STRING -> isDefault ? ByteString.EMPTY : bytes();
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(6) - 3);
      case MESSAGE -> node(depth + 1);
    };
  }

  private ByteString bytes() {
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private UnknownFieldSet unknown() {
    UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      unknown.addField(
          100 + random.nextInt(3),
          UnknownFieldSet.Field.newBuilder()
              .addVarint(random.nextLong())
              .addFixed32(random.nextInt())
              .addFixed64(random.nextLong())
              .addLengthDelimited(bytes())
              .addGroup(UnknownFieldSet.getDefaultInstance())
              .build());
    }
    return unknown.build();
  }

  // --- encodings ---

  /**
   * The same message in other bytes: its fields and the entries of its maps in any order, packed or
   * not, with values that go without saying, and a message in two parts.
   */
  byte[] encoded(Message node) {
    try {
      return encode(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] encode(Message node) throws IOException {
    List<List<byte[]>> fields = new ArrayList<>(); // those within one keep their order
    for (FieldDescriptor field : node.getDescriptorForType().getFields()) {
      List<byte[]> pieces = new ArrayList<>();
      if (field.isMapField()) {
        for (Object entry : (List<?>) node.getField(field)) {
          fields.add(List.of(piece(field, entry)));
        }
      } else if (field.isRepeated()) {
        repeated(field, (List<?>) node.getField(field), pieces);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (node.hasField(field)) {
          parts(field, (Message) node.getField(field), pieces);
        }
      } else if (field.hasPresence() ? node.hasField(field) : random.nextBoolean()) {
        if (field.getContainingOneof() == null) {
          pieces.add(piece(field, field.getDefaultValue())); // the last one counts
        }
        pieces.add(piece(field, node.getField(field)));
      } else if (!field.hasPresence() && node.hasField(field)) {
        pieces.add(piece(field, node.getField(field)));
      }
      fields.add(pieces);
    }
    for (Map.Entry<Integer, UnknownFieldSet.Field> field :
        node.getUnknownFields().asMap().entrySet()) {
      fields.add(
          List.of(
              UnknownFieldSet.newBuilder()
                  .addField(field.getKey(), field.getValue())
                  .build()
                  .toByteArray()));
    }
    return mixed(fields);
  }

  private byte[] mixed(List<List<byte[]>> fields) {
    List<List<byte[]>> left = new ArrayList<>();
    fields.forEach(pieces -> left.add(new ArrayList<>(pieces)));
    left.removeIf(List::isEmpty);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (!left.isEmpty()) {
      Collections.shuffle(left, random);
      all.writeBytes(left.getFirst().removeFirst());
      left.removeIf(List::isEmpty);
    }
    return all.toByteArray();
  }

  private void repeated(FieldDescriptor field, List<?> values, List<byte[]> pieces)
      throws IOException {
    int at = 0;
    while (at < values.size()) {
      int until = at + 1 + random.nextInt(values.size() - at);
      List<?> some = values.subList(at, until);
      if (field.isPackable() && random.nextBoolean()) {
        pieces.add(packed(field, some));
      } else {
        for (Object value : some) {
          pieces.add(piece(field, value));
        }
      }
      at = until;
    }
  }

  private static byte[] packed(FieldDescriptor field, List<?> values) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    CodedOutputStream numbers = CodedOutputStream.newInstance(content);
    for (Object value : values) {
      number(field, value, numbers);
    }
    numbers.flush();
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(piece);
    out.writeByteArray(field.getNumber(), content.toByteArray());
    out.flush();
    return piece.toByteArray();
  }

  /** The fields of a message in one piece, or in two that are merged. */
  private void parts(FieldDescriptor field, Message message, List<byte[]> pieces)
      throws IOException {
    if (random.nextBoolean()) {
      pieces.add(len(field, new byte[0]));
    }
    pieces.add(len(field, encode(message)));
  }

  private byte[] piece(FieldDescriptor field, Object value) throws IOException {
    return switch (field.getJavaType()) {
      case STRING -> len(field, ByteString.copyFromUtf8((String) value).toByteArray());
      case BYTE_STRING -> len(field, ((ByteString) value).toByteArray());
      case MESSAGE -> len(field, encode((Message) value));
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, ENUM -> {
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(piece);
        out.writeTag(field.getNumber(), field.getLiteType().getWireType());
        number(field, value, out);
        out.flush();
        yield piece.toByteArray();
      }
    };
  }

  private static byte[] len(FieldDescriptor field, byte[] content) throws IOException {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(piece);
    out.writeTag(field.getNumber(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeByteArrayNoTag(content);
    out.flush();
    return piece.toByteArray();
  }

  private static void number(FieldDescriptor field, Object value, CodedOutputStream out)
      throws IOException {
    switch (field.getType()) {
      case INT32 -> out.writeInt32NoTag((Integer) value);
      case UINT32 -> out.writeUInt32NoTag((Integer) value);
      case SINT64 -> out.writeSInt64NoTag((Long) value);
      case FIXED64 -> out.writeFixed64NoTag((Long) value);
      case DOUBLE -> out.writeDoubleNoTag((Double) value);
      case FLOAT -> out.writeFloatNoTag((Float) value);
      case BOOL -> out.writeBoolNoTag((Boolean) value);
      case ENUM -> out.writeEnumNoTag(((EnumValueDescriptor) value).getNumber());
      default -> throw new AssertionError(field);
    }
  }
}

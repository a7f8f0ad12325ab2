package dev.tern.binding.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A message as bytes that are the same for equal messages, and differ for others.
 *
 * <pre>
 *   params   = text message                            the full name first
 *   message  = count field* count unknown*             each in the order of their numbers
 *   field    = number value                            one that has a value
 *            | number count value*                     a repeated one
 *            | number count (value value)*             a map, in the order of the keys' bytes
 *   value    = 4 bytes | 8 bytes | 1 byte              int32, enum, float | int64, double | bool
 *            | text | length byte* | message
 *   unknown  = number (count 8 bytes*) (count 4 bytes*) (count 8 bytes*)
 *              (count (length byte*)*) (count (count unknown*)*)
 *   text     = length UTF-8
 * </pre>
 *
 * A number, a length and a count have four bytes, the highest first, as all numbers. A field
 * without presence that has its default value is none; of the values of a key in a map the last one
 * counts. Of an unknown field come the varints, 32 bits, 64 bits, bytes and groups.
 */
final class CanonicalMessage {
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private final DataOutputStream out;

  private CanonicalMessage(OutputStream out) {
    this.out = new DataOutputStream(out);
  }

  /** Tells a hash a message. */
  static void of(Message message, MessageDigest hash) {
    write(message, new DigestOutputStream(OutputStream.nullOutputStream(), hash));
  }

  static byte[] bytesOf(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(message, bytes);
    return bytes.toByteArray();
  }

  private static void write(Message message, OutputStream to) {
    try {
      CanonicalMessage canonical = new CanonicalMessage(to);
      canonical.text(message.getDescriptorForType().getFullName());
      canonical.message(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory fails otherwise
    }
  }

  private void message(Message message) throws IOException {
    SortedMap<FieldDescriptor, Object> fields = new TreeMap<>(message.getAllFields());
    out.writeInt(fields.size());
    for (Map.Entry<FieldDescriptor, Object> each : fields.entrySet()) {
      FieldDescriptor field = each.getKey();
      out.writeInt(field.getNumber());
      if (field.isMapField()) {
        map((List<?>) each.getValue());
      } else if (field.isRepeated()) {
        List<?> values = (List<?>) each.getValue();
        out.writeInt(values.size());
        for (Object value : values) {
          value(field, value);
        }
      } else {
        value(field, each.getValue());
      }
    }
    unknown(message.getUnknownFields());
  }

  private void map(List<?> entries) throws IOException {
    SortedMap<byte[], Message> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (Object one : entries) {
      Message entry = (Message) one;
      ByteArrayOutputStream key = new ByteArrayOutputStream();
      new CanonicalMessage(key).part(entry, KEY);
      sorted.put(key.toByteArray(), entry);
    }
    out.writeInt(sorted.size());
    for (Map.Entry<byte[], Message> each : sorted.entrySet()) {
      out.write(each.getKey());
      part(each.getValue(), VALUE);
    }
  }

  /** The key or the value of an entry, also where it goes without saying. */
  private void part(Message entry, int number) throws IOException {
    FieldDescriptor field = entry.getDescriptorForType().findFieldByNumber(number);
    value(field, entry.getField(field));
  }

  private void value(FieldDescriptor field, Object value) throws IOException {
    switch (field.getJavaType()) {
      case INT -> out.writeInt((Integer) value);
      case LONG -> out.writeLong((Long) value);
      case FLOAT -> out.writeInt(Float.floatToRawIntBits((Float) value));
      case DOUBLE -> out.writeLong(Double.doubleToRawLongBits((Double) value));
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case STRING -> text((String) value);
      case BYTE_STRING -> bytes((ByteString) value);
      case ENUM -> out.writeInt(((EnumValueDescriptor) value).getNumber());
      case MESSAGE -> message((Message) value);
    }
  }

  private void unknown(UnknownFieldSet fields) throws IOException {
    SortedMap<Integer, UnknownFieldSet.Field> sorted = new TreeMap<>(fields.asMap());
    out.writeInt(sorted.size());
    for (Map.Entry<Integer, UnknownFieldSet.Field> each : sorted.entrySet()) {
      out.writeInt(each.getKey());
      UnknownFieldSet.Field field = each.getValue();
      longs(field.getVarintList());
      out.writeInt(field.getFixed32List().size());
      for (int value : field.getFixed32List()) {
        out.writeInt(value);
      }
      longs(field.getFixed64List());
      out.writeInt(field.getLengthDelimitedList().size());
      for (ByteString value : field.getLengthDelimitedList()) {
        bytes(value);
      }
      out.writeInt(field.getGroupList().size());
      for (UnknownFieldSet group : field.getGroupList()) {
        unknown(group);
      }
    }
  }

  private void longs(List<Long> values) throws IOException {
    out.writeInt(values.size());
    for (long value : values) {
      out.writeLong(value);
    }
  }

  private void text(String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private void bytes(ByteString bytes) throws IOException {
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }
}

package dev.tern.binding.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import dev.tern.protocol.Bytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells how many values a message will be made of, before it is made: two bytes may become an
 * object. What is malformed ends it without a word, as whoever makes the message finds that, too.
 */
final class Footprint {
  /** A shorter message is not worth the look: a budget asks for more values than it can have. */
  private static final int LEAST_BYTES = 512;

  /** A field that is not known is kept in a map, in lists, in objects. */
  private static final int UNKNOWN_VALUES = 4;

  /** So many bytes of packed numbers are one value: the numbers lie in an array. */
  private static final int PACKED_BYTES = 8;

  /** Messages that nest deeper are refused by protobuf-java. */
  private static final int MAX_DEPTH = 100;

  private final CodedInputStream in;
  private final Runnable willMake;

  private Footprint(CodedInputStream in, Runnable willMake) {
    this.in = in;
    this.willMake = willMake;
  }

  /**
   * Looks at a message.
   *
   * @param encoded lies in one array
   * @param willMake is told of each value
   */
  static void tell(Bytes encoded, Descriptor type, Runnable willMake) {
    if (encoded.length() < LEAST_BYTES) {
      return;
    }
    CodedInputStream in =
        CodedInputStream.newInstance(encoded.array(), encoded.from(), encoded.length());
    try {
      new Footprint(in, willMake).fields(type, 0);
    } catch (IOException _) {
      // It is refused by whoever makes the message.
    }
  }

  /**
   * @param type of the message whose fields come next; null if that is not known
   */
  private void fields(@Nullable Descriptor type, int depth) throws IOException {
    int tag = in.readTag();
    while (tag != 0 && WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_END_GROUP) {
      FieldDescriptor field =
          type == null ? null : type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      make(field == null ? UNKNOWN_VALUES : 1);
      Descriptor within =
          field != null && field.getJavaType() == JavaType.MESSAGE ? field.getMessageType() : null;
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> content(field, within, depth);
        case WireFormat.WIRETYPE_START_GROUP -> nested(within, depth);
        default -> in.skipField(tag);
      }
      tag = in.readTag();
    }
  }

  private void content(@Nullable FieldDescriptor field, @Nullable Descriptor within, int depth)
      throws IOException {
    int length = in.readRawVarint32();
    if (within == null) {
      in.skipRawBytes(length); // first: they may not be there
      if (field != null && field.isPackable()) {
        make(length / PACKED_BYTES);
      }
      return;
    }
    int limit = in.pushLimit(length);
    nested(within, depth);
    in.popLimit(limit);
  }

  private void nested(@Nullable Descriptor within, int depth) throws IOException {
    if (depth >= MAX_DEPTH) {
      throw new IOException("nesting deeper than " + MAX_DEPTH);
    }
    fields(within, depth + 1);
  }

  private void make(int values) {
    for (int i = 0; i < values; i++) {
      willMake.run();
    }
  }
}

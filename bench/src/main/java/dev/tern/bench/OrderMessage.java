package dev.tern.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.Order.Address;
import dev.tern.bench.contender.Order.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An order as a message of protobuf's, by the streams of protobuf-java, as the code does that
 * protoc writes for the schema of grpc-java's rival. Of it only the builders are missing: the
 * record is made at once.
 */
final class OrderMessage {
  private static final int NESTED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private OrderMessage() {}

  static byte[] write(Order order) throws IOException {
    int address = sizeOf(order.address());
    int[] items = new int[order.items().size()];
    int size =
        CodedOutputStream.computeInt64Size(1, order.id())
            + CodedOutputStream.computeStringSize(2, order.customer())
            + CodedOutputStream.computeBoolSize(3, order.paid())
            + CodedOutputStream.computeDoubleSize(4, order.total())
            + sizeOfNested(5, address);
    for (int i = 0; i < items.length; i++) {
      items[i] = sizeOf(order.items().get(i));
      size += sizeOfNested(6, items[i]);
    }
    byte[] message = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeInt64(1, order.id());
    out.writeString(2, order.customer());
    out.writeBool(3, order.paid());
    out.writeDouble(4, order.total());
    out.writeTag(5, NESTED);
    out.writeUInt32NoTag(address);
    write(out, order.address());
    for (int i = 0; i < items.length; i++) {
      out.writeTag(6, NESTED);
      out.writeUInt32NoTag(items[i]);
      write(out, order.items().get(i));
    }
    out.checkNoSpaceLeft();
    return message;
  }

  private static int sizeOfNested(int field, int size) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }

  private static int sizeOf(Address address) {
    return CodedOutputStream.computeStringSize(1, address.street())
        + CodedOutputStream.computeStringSize(2, address.city())
        + CodedOutputStream.computeStringSize(3, address.zip())
        + CodedOutputStream.computeStringSize(4, address.country());
  }

  private static void write(CodedOutputStream out, Address address) throws IOException {
    out.writeString(1, address.street());
    out.writeString(2, address.city());
    out.writeString(3, address.zip());
    out.writeString(4, address.country());
  }

  private static int sizeOf(Item item) {
    return CodedOutputStream.computeStringSize(1, item.sku())
        + CodedOutputStream.computeStringSize(2, item.title())
        + CodedOutputStream.computeInt32Size(3, item.quantity())
        + CodedOutputStream.computeDoubleSize(4, item.price());
  }

  private static void write(CodedOutputStream out, Item item) throws IOException {
    out.writeString(1, item.sku());
    out.writeString(2, item.title());
    out.writeInt32(3, item.quantity());
    out.writeDouble(4, item.price());
  }

  static Order read(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    long id = 0;
    String customer = "";
    boolean paid = false;
    double total = 0;
    Address address = new Address("", "", "", "");
    List<Item> items = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> id = in.readInt64();
        case 2 -> customer = in.readStringRequireUtf8();
        case 3 -> paid = in.readBool();
        case 4 -> total = in.readDouble();
        case 5 -> address = readAddress(in);
        case 6 -> items.add(readItem(in));
        default -> in.skipField(tag);
      }
    }
    return new Order(id, customer, paid, total, address, items);
  }

  private static Address readAddress(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    String street = "";
    String city = "";
    String zip = "";
    String country = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> street = in.readStringRequireUtf8();
        case 2 -> city = in.readStringRequireUtf8();
        case 3 -> zip = in.readStringRequireUtf8();
        case 4 -> country = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new Address(street, city, zip, country);
  }

  private static Item readItem(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    String sku = "";
    String title = "";
    int quantity = 0;
    double price = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> sku = in.readStringRequireUtf8();
        case 2 -> title = in.readStringRequireUtf8();
        case 3 -> quantity = in.readInt32();
        case 4 -> price = in.readDouble();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new Item(sku, title, quantity, price);
  }
}

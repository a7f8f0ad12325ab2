package dev.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.tern.bench.contender.Order;
import org.junit.jupiter.api.Test;

class OrderMessageTest {
  @Test
  void anOrderComesBack() throws Exception {
    assertThat(OrderMessage.read(OrderMessage.write(Order.SAMPLE))).isEqualTo(Order.SAMPLE);
    assertThat(OrderMessage.read(OrderMessage.write(Order.LARGE))).isEqualTo(Order.LARGE);
  }

  /** As the messages of protobuf-java themselves are, by the same schema. */
  @Test
  void itIsTheMessageOfTheSchema() throws Exception {
    byte[] written = OrderMessage.write(Order.SAMPLE);

    DynamicMessage message = DynamicMessage.parseFrom(schema(), written);

    assertThat(message.getUnknownFields().asMap()).isEmpty();
    assertThat(message.toByteArray()).isEqualTo(written);
    assertThat(message.toString()).contains("customer: \"Ada Lovelace\"", "price: 63.25");
  }

  private static Descriptor schema() throws Exception {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setSyntax("proto3")
            .addMessageType(
                message("Order")
                    .addField(field(1, "id", FieldDescriptorProto.Type.TYPE_INT64))
                    .addField(field(2, "customer", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(3, "paid", FieldDescriptorProto.Type.TYPE_BOOL))
                    .addField(field(4, "total", FieldDescriptorProto.Type.TYPE_DOUBLE))
                    .addField(
                        field(5, "address", FieldDescriptorProto.Type.TYPE_MESSAGE)
                            .setTypeName("Address"))
                    .addField(
                        field(6, "items", FieldDescriptorProto.Type.TYPE_MESSAGE)
                            .setTypeName("Item")
                            .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)))
            .addMessageType(
                message("Address")
                    .addField(field(1, "street", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(2, "city", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(3, "zip", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(4, "country", FieldDescriptorProto.Type.TYPE_STRING)))
            .addMessageType(
                message("Item")
                    .addField(field(1, "sku", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(2, "title", FieldDescriptorProto.Type.TYPE_STRING))
                    .addField(field(3, "quantity", FieldDescriptorProto.Type.TYPE_INT32))
                    .addField(field(4, "price", FieldDescriptorProto.Type.TYPE_DOUBLE)))
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Order");
  }

  private static DescriptorProto.Builder message(String name) {
    return DescriptorProto.newBuilder().setName(name);
  }

  private static FieldDescriptorProto.Builder field(
      int number, String name, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setNumber(number)
        .setName(name)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }
}

package dev.tern.binding.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import dev.tern.protocol.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is told of a message before it is made. */
final class FootprintTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 3_000);
  private static final int LOOKED_AT = 512;

  private final long seed = Long.getLong("tern.fuzz.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomNodes nodes = new RandomNodes(random);

  private static long told(Message message) {
    return told(message, message.toByteArray());
  }

  private static long told(Message message, byte[] encoded) {
    long[] told = {0};
    Footprint.tell(Bytes.of(encoded), message.getDescriptorForType(), () -> told[0]++);
    return told[0];
  }

  @Test
  void eachElementIsOne() {
    ListValue.Builder list = ListValue.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      list.addValues(Value.getDefaultInstance());
    }
    assertThat(told(list.build())).isEqualTo(1_000);
  }

  @Test
  void aShortOneIsNotLookedAt() {
    assertThat(told(StringValue.of("x".repeat(LOOKED_AT - 5)))).isZero();
    assertThat(told(StringValue.of("x".repeat(LOOKED_AT)))).isEqualTo(1);
  }

  @Test
  void whatNobodyKnowsTakesMore() {
    UnknownFieldSet.Field.Builder varints = UnknownFieldSet.Field.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      varints.addVarint(i);
    }
    UnknownFieldSet group = UnknownFieldSet.newBuilder().addField(9, varints.build()).build();
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(9, varints.build())
            .addField(10, UnknownFieldSet.Field.newBuilder().addGroup(group).build())
            .build();

    assertThat(told(StringValue.newBuilder().setUnknownFields(unknown).build()))
        .isEqualTo(4 * 2_001);
  }

  @Test
  void packedNumbersTakeLess() {
    DynamicMessage.Builder node = DynamicMessage.newBuilder(Schemas.NODE);
    for (int i = 0; i < 800; i++) {
      node.addRepeatedField(Schemas.NODE.findFieldByName("packed"), 1);
    }
    assertThat(told(node.build())).isEqualTo(1 + 100);
  }

  @Test
  void whatIsOnlyAnnouncedIsNotTold() {
    byte[] encoded = new byte[LOOKED_AT];
    byte[] header = {0x12, -1, -1, -1, -1, 7}; // 2^31-1 packed bytes
    System.arraycopy(header, 0, encoded, 0, header.length);

    assertThat(told(DynamicMessage.getDefaultInstance(Schemas.NODE), encoded)).isEqualTo(1);
  }

  @Test
  void noMessageHasMoreValuesThanWereTold() throws Exception {
    int seen = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] encoded = nodes.encoded(nodes.next());
      if (encoded.length < LOOKED_AT) {
        continue;
      }
      seen++;
      DynamicMessage node = DynamicMessage.parseFrom(Schemas.NODE, encoded);
      assertThat(told(node, encoded))
          .as("-Dtern.fuzz.seed=%d, round %d", seed, i)
          .isGreaterThanOrEqualTo(valuesIn(node));
    }
    assertThat(seen).isPositive();
  }

  /** Of which packed numbers are none here. */
  private static long valuesIn(Message message) {
    long values = 0;
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      List<?> all = field.getValue() instanceof List<?> list ? list : List.of(field.getValue());
      for (Object one : all) {
        values += field.getKey().isPackable() ? 0 : 1;
        values += one instanceof Message nested ? valuesIn(nested) : 0;
      }
    }
    for (UnknownFieldSet.Field field : message.getUnknownFields().asMap().values()) {
      values += 4L * (field.getVarintList().size() + field.getLengthDelimitedList().size());
      values += 4L * (field.getFixed32List().size() + field.getFixed64List().size());
      values += 4L * field.getGroupList().size();
    }
    return values;
  }

  @Test
  void whateverIsMalformedEndsItWithoutAWord() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] encoded = nodes.encoded(nodes.next());
      for (int flips = 1 + random.nextInt(8); flips > 0 && encoded.length > 0; flips--) {
        encoded[random.nextInt(encoded.length)] = (byte) random.nextInt(256);
      }
      assertThat(told(DynamicMessage.getDefaultInstance(Schemas.NODE), encoded))
          .as("-Dtern.fuzz.seed=%d, round %d", seed, i)
          .isLessThanOrEqualTo(4L * encoded.length);
    }
  }
}

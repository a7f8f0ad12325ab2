package dev.tern.binding.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Equal messages have one form, and others have others, whatever they are encoded in. */
final class CanonicalMessageTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 3_000);

  private final long seed = Long.getLong("tern.fuzz.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomNodes nodes = new RandomNodes(random);

  private static DynamicMessage parsed(byte[] bytes) throws InvalidProtocolBufferException {
    return DynamicMessage.parseFrom(Schemas.NODE, bytes);
  }

  private static String form(Message message) {
    return HexFormat.of().formatHex(CanonicalMessage.bytesOf(message));
  }

  @Test
  void aMessageHasOneFormInAllOfItsEncodings() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      DynamicMessage node = parsed(nodes.next().toByteArray());
      byte[] other = nodes.encoded(node);
      assertThat(form(parsed(other)))
          .as("-Dtern.fuzz.seed=%d, round %d: %s", seed, i, HexFormat.of().formatHex(other))
          .isEqualTo(form(node));
    }
  }

  @Test
  void anotherMessageHasAnotherForm() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      DynamicMessage one = parsed(nodes.next().toByteArray());
      byte[] bytes = one.toByteArray();
      if (bytes.length == 0) {
        continue;
      }
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      DynamicMessage other;
      try {
        other = parsed(bytes);
      } catch (InvalidProtocolBufferException _) {
        continue; // no message any more
      }
      assertThat(form(other).equals(form(one)))
          .as("-Dtern.fuzz.seed=%d, round %d: %s and %s", seed, i, one, other)
          .isEqualTo(one.equals(other));
    }
  }

  @Test
  void aFieldThatNobodyKnowsCounts() {
    StringValue plain = StringValue.of("x");
    Message more =
        plain.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(0).build())
                    .build())
            .build();

    assertThat(form(more)).isNotEqualTo(form(plain));
  }

  @Test
  void aDefaultThatIsWrittenDoesNotCountUnlessPresenceDoes() throws Exception {
    DynamicMessage empty = parsed(new byte[0]);
    byte[] numIsZero = {0x08, 0};
    byte[] maybeIsZero = {0x60, 0};

    assertThat(form(parsed(numIsZero))).isEqualTo(form(empty));
    assertThat(form(parsed(maybeIsZero))).isNotEqualTo(form(empty));
  }

  @Test
  void ofTheValuesOfAKeyTheLastOneCounts() throws Exception {
    byte[] twice = HexFormat.of().parseHex("22050a01611001" + "22050a01611002");
    byte[] once = HexFormat.of().parseHex("22050a01611002");

    assertThat(form(parsed(twice))).isEqualTo(form(parsed(once)));
  }

  @Test
  void messagesOfTwoKindsDiffer() {
    assertThat(form(Struct.getDefaultInstance()))
        .isNotEqualTo(form(ListValue.getDefaultInstance()));
  }

  /** By hand, as the comment of the class says it. */
  @Test
  void theFormOfATimestamp() {
    Timestamp message = Timestamp.newBuilder().setSeconds(-1).setNanos(7).build();
    String name = HexFormat.of().formatHex("google.protobuf.Timestamp".getBytes(UTF_8));

    assertThat(form(message))
        .isEqualTo(
            "00000019"
                + name
                + "00000002"
                + "00000001"
                + "ffffffffffffffff"
                + "00000002"
                + "00000007"
                + "00000000");
  }

  @Test
  void theFormOfAMap() {
    Struct message =
        Struct.newBuilder()
            .putFields("b", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
            .putFields("a", Value.newBuilder().setBoolValue(true).build())
            .build();
    String name = HexFormat.of().formatHex("google.protobuf.Struct".getBytes(UTF_8));
    String a = "00000001" + "61" + "00000001" + "00000004" + "01" + "00000000";
    String b = "00000001" + "62" + "00000001" + "00000001" + "00000000" + "00000000";

    assertThat(form(message))
        .isEqualTo("00000016" + name + "00000001" + "00000001" + "00000002" + a + b + "00000000");
  }

  @Test
  void theFormOfWhatNobodyKnows() {
    Message message =
        StringValue.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        9,
                        UnknownFieldSet.Field.newBuilder()
                            .addVarint(1)
                            .addFixed32(2)
                            .addFixed64(3)
                            .addLengthDelimited(ByteString.copyFromUtf8("x"))
                            .addGroup(UnknownFieldSet.getDefaultInstance())
                            .build())
                    .build())
            .build();
    String name = HexFormat.of().formatHex("google.protobuf.StringValue".getBytes(UTF_8));

    assertThat(form(message))
        .isEqualTo(
            "0000001b"
                + name
                + "00000000"
                + "00000001"
                + "00000009"
                + ("00000001" + "0000000000000001")
                + ("00000001" + "00000002")
                + ("00000001" + "0000000000000003")
                + ("00000001" + "00000001" + "78")
                + ("00000001" + "00000000"));
  }
}

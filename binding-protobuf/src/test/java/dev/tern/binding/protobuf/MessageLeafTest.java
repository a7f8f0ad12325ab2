package dev.tern.binding.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.GeneratedMessage;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Bytes;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageLeafTest {
  private static final MessageLeaf TIMESTAMP = new MessageLeaf(Timestamp.class);

  private static Message read(Class<?> type, byte[] encoded) {
    return new MessageLeaf(type).read(Bytes.of(encoded), null);
  }

  @Test
  void aMessageIsReadAsItWasWritten() {
    Timestamp message = Timestamp.newBuilder().setSeconds(5).setNanos(6).build();

    assertThat(TIMESTAMP.read(TIMESTAMP.write(message), null)).isEqualTo(message);
    assertThat(TIMESTAMP.name()).isEqualTo("google.protobuf.Timestamp");
    assertThat(TIMESTAMP.encoding()).isEqualTo("protobuf");
    assertThat(TIMESTAMP.problem()).isNull();
  }

  @Test
  void itMayLieAmongOthers() {
    byte[] array = HexFormat.of().parseHex("ffff0805ffff");

    assertThat(TIMESTAMP.read(Bytes.of(array, 2, 4), null))
        .isEqualTo(Timestamp.newBuilder().setSeconds(5).build());
  }

  @Test
  void fieldsThatNobodyKnowsAreKept() {
    Message read = read(Timestamp.class, HexFormat.of().parseHex("08054a0178"));

    assertThat(read.getUnknownFields().hasField(9)).isTrue();
    assertThat(TIMESTAMP.write(read).toByteArray())
        .isEqualTo(HexFormat.of().parseHex("08054a0178"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08", "0800ff", "00", "0a05", "0c", "ffffffffffffffffffff01", "07"})
  void bytesThatAreNoneAreRefused(String hex) {
    assertThatThrownBy(() -> read(Timestamp.class, HexFormat.of().parseHex(hex)))
        .isInstanceOf(BindingException.class)
        .hasMessage("bytes that are none (expected: the message google.protobuf.Timestamp)");
  }

  @Test
  void malformedTextIsRefused() {
    assertThatThrownBy(() -> read(StringValue.class, HexFormat.of().parseHex("0a01ff")))
        .isInstanceOf(BindingException.class);
  }

  @Test
  void oneThatLacksARequiredFieldIsRefusedAtBothEnds() {
    byte[] half = NamePart.newBuilder().setNamePart("x").buildPartial().toByteArray();

    assertThatThrownBy(() -> read(NamePart.class, half))
        .isInstanceOf(BindingException.class)
        .hasMessage(
            "one without is_extension"
                + " (expected: the message google.protobuf.UninterpretedOption.NamePart)");
    assertThatThrownBy(
            () -> new MessageLeaf(NamePart.class).write(NamePart.newBuilder().buildPartial()))
        .isInstanceOf(EncodingException.class)
        .hasMessage("without name_part, is_extension (expected: all fields that are required)");
  }

  @Test
  void oneThatNestsTooDeepIsRefused() {
    Value deep = Value.getDefaultInstance();
    for (int i = 0; i < 60; i++) { // two levels each
      deep = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(deep)).build();
    }
    byte[] encoded = deep.toByteArray();

    assertThatThrownBy(() -> read(Value.class, encoded)).isInstanceOf(BindingException.class);
  }

  @Test
  void unknownGroupsThatNestTooDeepAreRefused() {
    byte[] groups = new byte[1_000_000];
    Arrays.fill(groups, (byte) 0x4B); // field 9 starts a group
    assertThatThrownBy(
            () -> new MessageLeaf(Timestamp.class).read(Bytes.of(groups), MessageLeafTest::nothing))
        .isInstanceOf(BindingException.class);
  }

  private static void nothing() {}

  @Test
  void oneOfAnotherClassIsNotWritten() {
    assertThatThrownBy(() -> TIMESTAMP.write(Struct.getDefaultInstance()))
        .isInstanceOf(EncodingException.class)
        .hasMessage("com.google.protobuf.Struct (expected: com.google.protobuf.Timestamp)");
  }

  @ParameterizedTest
  @ValueSource(classes = {DynamicMessage.class, Message.class, GeneratedMessage.class})
  void aTypeOfManyKindsIsNone(Class<?> type) {
    assertThat(new MessageLeaf(type).problem())
        .isEqualTo(
            type.getName()
                + ": not one kind of message"
                + " (expected: a class that protoc has made of a message)");
  }

  @Test
  void anyMessageCanBeWritten() {
    DynamicMessage message = DynamicMessage.newBuilder(Schemas.NODE).build();

    assertThat(new MessageLeaf(DynamicMessage.class).write(message).length()).isZero();
  }

  @Test
  void whatIsMadeOfOneIsTold() {
    ListValue.Builder list = ListValue.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      list.addValues(Value.getDefaultInstance());
    }
    assertThat(told(ListValue.class, list.build())).isEqualTo(1_000);
  }

  private static int told(Class<?> type, Message message) {
    int[] told = {0};
    new MessageLeaf(type).read(Bytes.of(message.toByteArray()), () -> told[0]++);
    return told[0];
  }
}

package dev.tern.protocol.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {
  @Test
  void thePrefixIsWrittenIntoTheRoomBeforeThePayload() {
    byte[] array = bytes("....abc");
    Bytes payload = Bytes.of(array, Limits.PREFIX_BYTES, array.length);

    List<byte[]> parts = encoded(payload);

    assertThat(parts).containsExactly(bytes("\0\0\0\3abc"));
    assertThat(parts.getFirst()).isSameAs(array);
  }

  @Test
  void aPayloadWithoutRoomGetsItsPrefixInAPartOfItsOwn() {
    byte[] array = bytes("abc");

    List<byte[]> parts = encoded(Bytes.of(array));

    assertThat(parts).containsExactly(bytes("\0\0\0\3"), array);
    assertThat(parts.getLast()).isSameAs(array);
  }

  @Test
  void theLengthIsThatOfAllParts() {
    byte[] head = bytes("....a");
    byte[] value = "x".repeat(300).getBytes(ISO_8859_1);
    Bytes payload =
        Bytes.inARow(
            List.of(
                Bytes.of(head, Limits.PREFIX_BYTES, head.length),
                Bytes.of(value),
                Bytes.of(bytes("c"))));

    List<byte[]> parts = encoded(payload);

    assertThat(parts).containsExactly(bytes("\0\0\1.a"), value, bytes("c"));
    assertThat(parts.get(1)).isSameAs(value);
  }

  @Test
  void whatLiesBehindAPayloadInItsArrayDoesNotLeave() {
    assertThat(encoded(Bytes.of(bytes("....abc!"), Limits.PREFIX_BYTES, 7)))
        .containsExactly(bytes("\0\0\0\3abc"));
    assertThat(encoded(Bytes.of(bytes(".abc!"), 1, 4)))
        .containsExactly(bytes("\0\0\0\3"), bytes("abc"));
  }

  private static List<byte[]> encoded(Bytes payload) {
    List<byte[]> parts = new ArrayList<>();
    FrameEncoder.encode(payload, parts::add);
    return parts;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}

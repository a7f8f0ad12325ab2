package dev.tern.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.json.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytesTest {
  private static final byte[] ARRAY = bytes("0123456789");

  @Test
  void aWholeArrayIsNotCopied() {
    Bytes whole = Bytes.of(ARRAY);
    assertThat(whole.toByteArray()).isSameAs(ARRAY);
    assertThat(whole.joined()).isSameAs(whole);
  }

  @Test
  void aPartOfAnArrayIsThatPart() {
    Bytes part = Bytes.of(ARRAY, 2, 5);
    assertThat(part.length()).isEqualTo(3);
    assertThat(part.toByteArray()).isEqualTo(bytes("234"));
    assertThat(part).hasToString("234").isEqualTo(Bytes.of(bytes("234")));
    assertThat(part.hashCode()).isEqualTo(Bytes.of(bytes("234")).hashCode());
    assertThat(part).isNotEqualTo(Bytes.of(ARRAY, 3, 6));
  }

  @Test
  void severalPartsAreOneAfterTheOther() {
    Bytes inner = inARow("[", Bytes.of(ARRAY, 3, 6), "]");
    Bytes outer = inARow("<", inner, ">");
    assertThat(outer).hasToString("<[345]>");
    assertThat(outer.length()).isEqualTo(7);
    assertThat(outer.firstPart()).isEqualTo(bytes("<"));
    assertThat(outer.joined().next()).isNull();
    assertThat(outer.joined()).isEqualTo(outer);
    assertThat(inner).as("what others are made of").hasToString("[345]");
  }

  @Test
  void whatAWriterHasInPartsStaysInParts() {
    String text = "x".repeat(200_000);
    Bytes taken = JsonWriter.bounded(200_002, Limits.DEFAULT).value(text).takeBytes();
    assertThat(taken.next()).isNotNull();
    assertThat(taken).hasToString("\"" + text + "\"");
  }

  private static Bytes inARow(String head, Bytes value, String tail) {
    return Bytes.inARow(List.of(Bytes.of(bytes(head)), value, Bytes.of(bytes(tail))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

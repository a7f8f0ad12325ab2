package dev.tern.codec.msgpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden vectors, in both directions, and the words of what is refused. */
class VectorsTest {
  private final MessagePackValidator validator = new MessagePackValidator(Limits.DEFAULT);

  static List<Vectors> shortest() {
    return Vectors.of("/msgpack/shortest.txt");
  }

  static List<Vectors> longer() {
    return Vectors.of("/msgpack/longer.txt");
  }

  static List<Vectors> refused() {
    return Vectors.of("/msgpack/refused.txt");
  }

  @ParameterizedTest
  @MethodSource({"shortest", "longer"})
  void isRead(Vectors vector) {
    validator.check(Bytes.of(vector.bytes()), 0);
    assertThat(Tree.show(Tree.read(vector.bytes()))).isEqualTo(vector.fullMeaning());
  }

  @ParameterizedTest
  @MethodSource("shortest")
  void isWritten(Vectors vector) {
    assertThat(Tree.write(Tree.read(vector.bytes()))).isEqualTo(vector.bytes());
  }

  @ParameterizedTest
  @MethodSource({"shortest", "longer"})
  void isPassedOver(Vectors vector) {
    MessagePackReader in = new MessagePackReader(Bytes.of(vector.bytes()));
    assertThat(in.readEncoded().toByteArray()).isEqualTo(vector.bytes());
    assertThat(in.isAtEnd()).isTrue();
  }

  /** It lies somewhere in an array, and what is around it is no part of it. */
  @ParameterizedTest
  @MethodSource({"shortest", "longer"})
  void isReadWhereverItLies(Vectors vector) {
    byte[] array = new byte[vector.bytes().length + 12];
    Arrays.fill(array, (byte) 0xC1);
    System.arraycopy(vector.bytes(), 0, array, 5, vector.bytes().length);
    Bytes value = Bytes.of(array, 5, array.length - 7);
    validator.check(value, 0);
    MessagePackReader in = new MessagePackReader(value);
    assertThat(Tree.show(Tree.read(in))).isEqualTo(vector.fullMeaning());
    assertThat(in.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefused(Vectors vector) {
    assertThatThrownBy(() -> validator.check(Bytes.of(vector.bytes()), 0))
        .isInstanceOf(MessagePackException.class)
        .hasMessage(vector.meaning())
        .hasNoCause();
  }

  /** And the reference agrees, so that the files say nothing else than the specification. */
  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedByTheReferenceToo(Vectors vector) {
    assertThatThrownBy(() -> Reference.read(vector.bytes(), 0, Limits.DEFAULT))
        .isInstanceOf(Reference.Refused.class);
  }

  @Test
  void eachFirstByteBehindTheFixedFormsHasAVector() {
    TreeSet<Integer> seen = new TreeSet<>();
    Stream.of(shortest(), longer(), refused())
        .flatMap(List::stream)
        .filter(vector -> vector.bytes().length > 0)
        .forEach(vector -> seen.add(vector.bytes()[0] & 0xFF));
    seen.add(0xD6); // stands in an array
    assertThat(seen).containsAll(IntStream.rangeClosed(0xC0, 0xDF).boxed().toList());
  }
}

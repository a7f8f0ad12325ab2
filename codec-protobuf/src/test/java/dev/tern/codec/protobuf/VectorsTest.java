package dev.tern.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden vectors, in both directions, and the words of what is refused. */
class VectorsTest {
  private final ProtobufValidator validator = new ProtobufValidator(Limits.DEFAULT);

  static List<Vectors> shortest() {
    return Vectors.of("/protobuf/shortest.txt");
  }

  static List<Vectors> longer() {
    return Vectors.of("/protobuf/longer.txt");
  }

  static List<Vectors> refused() {
    return Vectors.of("/protobuf/refused.txt");
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
    ProtobufReader in = new ProtobufReader(Bytes.of(vector.bytes()));
    assertThat(in.readEncoded().toByteArray()).isEqualTo(vector.bytes());
    assertThat(in.isAtEnd()).isTrue();
  }

  /** It lies somewhere in an array, and what is around it is no part of it. */
  @ParameterizedTest
  @MethodSource({"shortest", "longer"})
  void isReadWhereverItLies(Vectors vector) {
    byte[] array = new byte[vector.bytes().length + 12];
    Arrays.fill(array, (byte) 0xFF);
    System.arraycopy(vector.bytes(), 0, array, 5, vector.bytes().length);
    Bytes value = Bytes.of(array, 5, array.length - 7);
    validator.check(value, 0);
    ProtobufReader in = new ProtobufReader(value);
    assertThat(Tree.show(Tree.read(in))).isEqualTo(vector.fullMeaning());
    assertThat(in.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefused(Vectors vector) {
    assertThatThrownBy(() -> validator.check(Bytes.of(vector.bytes()), 0))
        .isInstanceOf(ProtobufException.class)
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
  void eachKindHasAVector() {
    Set<Integer> seen =
        shortest().stream().map(vector -> (int) vector.bytes()[0]).collect(Collectors.toSet());
    for (int number = 1; number < 11; number++) {
      assertThat(seen).contains(Shape.VALUE.field(number).tag());
    }
  }
}

package dev.tern.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufReaderTest {
  private static final String LONG = "a name of more than thirty-one bytes";
  private static final Names NAMES = Names.of("a", "bcdefghij", LONG, "d");

  private static ProtobufReader reader(String hex) {
    return new ProtobufReader(Bytes.of(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }

  private static ProtobufReader written(Object tree) {
    return new ProtobufReader(Bytes.of(Tree.write(tree)));
  }

  @Test
  void namesAreFoundWhetherExpectedOrNot() {
    ProtobufWriter out = new ProtobufWriter().beginObject(5);
    out.name("a").value(1).name("bcdefghij").value(2).name(LONG).value(3).name("e").value(4);
    out.name("d").value(5).endObject();
    for (int expected : new int[] {-1, 0, 1, 2, 3, 4, Integer.MAX_VALUE}) {
      ProtobufReader in = new ProtobufReader(Bytes.of(out.toByteArray()));
      in.beginObject();
      for (int index : new int[] {0, 1, 2, ValueReader.UNKNOWN, 3}) {
        assertThat(in.nextMember(NAMES, expected)).isEqualTo(index);
        assertThat(in.nameIn(NAMES)).isEqualTo(index);
        assertThat(in.name()).isEqualTo(index < 0 ? "e" : NAMES.get(index).text());
        in.skipValue();
      }
      assertThat(in.nextMember(NAMES, expected)).isEqualTo(ValueReader.END);
      assertThat(in.isAtEnd()).isTrue();
    }
  }

  @Test
  void aNameThatBeginsLikeAnotherIsNoOther() {
    ProtobufReader in = written(members("a\0", 1L, "aa", 2L));
    in.beginObject();
    assertThat(in.nextMember(NAMES, 0)).isEqualTo(ValueReader.UNKNOWN);
    assertThat(in.name()).isEqualTo("a\0");
    in.skipValue();
    assertThat(in.nextMember(NAMES, 0)).isEqualTo(ValueReader.UNKNOWN);
  }

  @Test
  void againGoesBackToTheValueUntilSomethingIsPassed() {
    ProtobufReader in = written(List.of(1L, "a", List.of(5L), 2L));
    in.beginArray();
    in.nextElement();
    in.readInteger();
    in.again();
    in.readInteger();
    assertThat(in.integerBits()).isEqualTo(1);
    in.nextElement();
    in.again(); // nothing was read since
    assertThat(in.readString()).isEqualTo("a");
    in.again();
    assertThat(in.readString()).isEqualTo("a");
    in.nextElement();
    in.skipValue();
    in.again();
    in.beginArray();
    in.nextElement();
    in.readInteger();
    assertThat(in.nextElement()).isFalse();
    in.again(); // its bracket was passed
    assertThat(in.nextElement()).isTrue();
    in.readInteger();
    assertThat(in.integerBits()).isEqualTo(2);
    assertThat(in.nextElement()).isFalse();
    assertThat(in.isAtEnd()).isTrue();
  }

  @Test
  void aCopyLooksAheadAndTheOriginalStays() {
    ProtobufReader in = written(members("a", List.of(1L), "b", members("d", 2L)));
    in.beginObject();
    in.nextMember(NAMES, 0);
    ProtobufReader ahead = in.copy();
    assertThat(Tree.read(ahead)).hasToString("[1]");
    ahead.nextMember(NAMES, 0);
    ahead.beginObject();
    assertThat(ahead.nextMember(NAMES, 3)).isEqualTo(3);
    ahead.skipValue();
    assertThat(ahead.nextMember(NAMES, 0)).isEqualTo(ValueReader.END);
    assertThat(ahead.nextMember(NAMES, 0)).isEqualTo(ValueReader.END);
    assertThat(ahead.isAtEnd()).isTrue();
    assertThat(in.peek()).isEqualTo(ValueKind.ARRAY);
    assertThat(Tree.read(in)).hasToString("[1]");
    in.nextMember(NAMES, 0);
    assertThat(in.name()).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource({
    "180a, 5.0, 5.0",
    "299a9999999999b93f, 0.1, 0.1",
    "35cdcccc3d, 0.10000000149011612, 0.1",
    "29ffffffffffffef7f, 1.7976931348623157E308, NaN",
    // 2^53 and one more; 2^24 and one more
    "208080808080808010, 9007199254740992, 9007199254740992",
    "208180808080808010, NaN, NaN",
    "2080808008, 16777216, 16777216",
    "2081808008, 16777217, NaN",
    "1881808010, -16777217, NaN",
    // the ends of 64 bits
    "2080808080808080808001, 9223372036854775808, 9223372036854775808",
    "20ffffffffffffffffff01, NaN, NaN",
    "2080f0ffffffffffffff01, 18446744073709549568, NaN",
    "18ffffffffffffffffff01, -9223372036854775808, -9223372036854775808",
    "18feffffffffffffffff01, NaN, NaN"
  })
  void aNumberIsReadAsAFractionIfThatIsExact(String hex, double wide, float narrow) {
    assertThat(reader(hex).readDouble()).isEqualTo((Object) wide);
    assertThat(reader(hex).readFloat()).isEqualTo((Object) narrow);
  }

  @Test
  void aFractionIsNoIntegerHoweverRound() {
    ProtobufReader in = reader("290000000000001440");
    assertThat(in.readInteger()).isEqualTo(IntegerKind.NOT_AN_INTEGER);
    in.again();
    assertThat(in.readNumber()).isEqualTo("5.0");
  }

  @Test
  void anIntegerWithoutASignIsTold() {
    ProtobufReader in = reader("20ffffffffffffffffff01");
    assertThat(in.readInteger()).isEqualTo(IntegerKind.UNSIGNED);
    assertThat(in.integerBits()).isEqualTo(-1);
    in.again();
    assertThat(in.readNumber()).isEqualTo("18446744073709551615");
  }

  @Test
  void bytesMayBeATextInBase64() {
    assertThat(reader("4203000102").readBinary()).containsExactly(0, 1, 2);
    assertThat(written("AAEC").readBinary()).containsExactly(0, 1, 2);
    assertThat(written("!").readBinary()).isNull();
  }

  @Test
  void aKnownTextIsFoundByItsIndex() {
    assertThat(written(LONG).readString(NAMES)).isEqualTo(2);
    assertThat(written("z").readString(NAMES)).isEqualTo(ValueReader.UNKNOWN);
  }

  /** Whatever the bytes are, a reader ends: nobody has validated these. */
  @ParameterizedTest
  @CsvSource({
    "0b",
    "60ff",
    "3affffffff07",
    "3affffffffffffffffff01",
    "''",
    "4a020a05",
    "0e00",
    "18"
  })
  void bytesThatNobodyValidatedEndInAnException(String hex) {
    assertThatThrownBy(() -> Tree.read(reader(hex))).isInstanceOf(ProtobufException.class);
  }

  @Test
  void anotherKindThanIsThereIsAMistake() {
    assertThatThrownBy(() -> written(5L).readString()).isInstanceOf(ProtobufException.class);
    assertThatThrownBy(() -> written(5L).beginObject()).isInstanceOf(ProtobufException.class);
    assertThatThrownBy(() -> written(5L).readBoolean()).isInstanceOf(ProtobufException.class);
    assertThatThrownBy(() -> written(5L).readNull()).isInstanceOf(ProtobufException.class);
    assertThatThrownBy(() -> written(5L).readBinary()).isInstanceOf(ProtobufException.class);
    assertThatThrownBy(() -> written("").readInteger()).isInstanceOf(ProtobufException.class);
  }

  @Test
  void walkingAFlatObjectAllocatesTheReaderAndALevelAlone() {
    byte[] bytes =
        new ProtobufWriter()
            .beginObject(3)
            .name("a")
            .value(1)
            .name(LONG)
            .value(1.5)
            .name("unknown")
            .value("text")
            .endObject()
            .toByteArray();
    Bytes value = Bytes.of(bytes);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 100; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      walk(value);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThanOrEqualTo(240);
  }

  private static void walk(Bytes value) {
    ProtobufReader in = new ProtobufReader(value);
    in.beginObject();
    for (int i = in.nextMember(NAMES, 0); i != ValueReader.END; i = in.nextMember(NAMES, i + 1)) {
      switch (i) {
        case 0 -> in.readInteger();
        case 2 -> in.readDouble();
        default -> in.skipValue();
      }
    }
  }
}

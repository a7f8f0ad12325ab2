package dev.tern.codec.msgpack;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagePackReaderTest {
  private static final String LONG = "a name of more than thirty-one bytes";
  private static final Names NAMES = Names.of("a", "bcdefghij", LONG, "d");

  private static MessagePackReader reader(String hex) {
    return new MessagePackReader(Bytes.of(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  private static MessagePackReader written(Object tree) {
    return new MessagePackReader(Bytes.of(Tree.write(tree)));
  }

  @Test
  void namesAreFoundWhetherExpectedOrNot() {
    MessagePackWriter out = new MessagePackWriter().beginObject(5);
    out.name("a").value(1).name("bcdefghij").value(2).name(LONG).value(3).name("e").value(4);
    out.name("d").value(5).endObject();
    for (int expected : new int[] {-1, 0, 1, 2, 3, 4, Integer.MAX_VALUE}) {
      MessagePackReader in = new MessagePackReader(Bytes.of(out.toByteArray()));
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
    MessagePackReader in = reader("82 a2 6100 01 a2 6161 02");
    in.beginObject();
    assertThat(in.nextMember(NAMES, 0)).isEqualTo(ValueReader.UNKNOWN);
    assertThat(in.name()).isEqualTo("a\0");
    in.skipValue();
    assertThat(in.nextMember(NAMES, 0)).isEqualTo(ValueReader.UNKNOWN);
  }

  @Test
  void againGoesBackToTheValueUntilSomethingIsPassed() {
    MessagePackReader in = reader("94 01 a161 9105 02");
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
    MessagePackReader in = reader("82 a161 9101 a162 81a16402");
    in.beginObject();
    in.nextMember(NAMES, 0);
    MessagePackReader ahead = in.copy();
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
    "05, 5.0, 5.0",
    "cb3fb999999999999a, 0.1, 0.1",
    "ca3dcccccd, 0.10000000149011612, 0.1",
    "cb7fefffffffffffff, 1.7976931348623157E308, NaN",
    // 2^53 and one more; 2^24 and one more
    "cf0020000000000000, 9007199254740992, 9007199254740992",
    "cf0020000000000001, NaN, NaN",
    "ce01000000, 16777216, 16777216",
    "ce01000001, 16777217, NaN",
    "d2feffffff, -16777217, NaN",
    // the ends of 64 bits
    "cf8000000000000000, 9223372036854775808, 9223372036854775808",
    "cfffffffffffffffff, NaN, NaN",
    "cffffffffffffff800, 18446744073709549568, NaN",
    "d38000000000000000, -9223372036854775808, -9223372036854775808",
    "cf7fffffffffffffff, NaN, NaN"
  })
  void aNumberIsReadAsAFractionIfThatIsExact(String hex, double wide, float narrow) {
    assertThat(reader(hex).readDouble()).isEqualTo((Object) wide);
    assertThat(reader(hex).readFloat()).isEqualTo((Object) narrow);
  }

  @Test
  void aFractionIsNoIntegerHoweverRound() {
    MessagePackReader in = reader("cb4014000000000000");
    assertThat(in.readInteger()).isEqualTo(IntegerKind.NOT_AN_INTEGER);
    in.again();
    assertThat(in.readNumber()).isEqualTo("5.0");
  }

  @Test
  void anIntegerWithoutASignIsTold() {
    MessagePackReader in = reader("cfffffffffffffffff");
    assertThat(in.readInteger()).isEqualTo(IntegerKind.UNSIGNED);
    assertThat(in.integerBits()).isEqualTo(-1);
    in.again();
    assertThat(in.readNumber()).isEqualTo("18446744073709551615");
  }

  @Test
  void bytesMayBeATextInBase64() {
    assertThat(reader("c403000102").readBinary()).containsExactly(0, 1, 2);
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
  @CsvSource({"c1", "c70100ff", "dfffffffff", "dbffffffff", "''", "92c0", "91dcffff"})
  void bytesThatNobodyValidatedEndInAnException(String hex) {
    assertThatThrownBy(() -> reader(hex).skipValue()).isInstanceOf(MessagePackException.class);
  }

  @Test
  void anotherKindThanIsThereIsAMistake() {
    assertThatThrownBy(() -> reader("05").readString()).isInstanceOf(MessagePackException.class);
    assertThatThrownBy(() -> reader("05").beginObject()).isInstanceOf(MessagePackException.class);
    assertThatThrownBy(() -> reader("05").readBoolean()).isInstanceOf(MessagePackException.class);
    assertThatThrownBy(() -> reader("05").readNull()).isInstanceOf(MessagePackException.class);
    assertThatThrownBy(() -> reader("05").readBinary()).isInstanceOf(MessagePackException.class);
    assertThatThrownBy(() -> reader("a0").readInteger()).isInstanceOf(MessagePackException.class);
  }

  @Test
  void walkingAFlatObjectAllocatesTheReaderAlone() {
    byte[] bytes =
        new MessagePackWriter()
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
    assertThat(least).isLessThanOrEqualTo(80);
  }

  private static void walk(Bytes value) {
    MessagePackReader in = new MessagePackReader(value);
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

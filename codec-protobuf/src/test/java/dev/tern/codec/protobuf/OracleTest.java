package dev.tern.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values, those at each type's edges and others made at random, of which protobuf-java reads what
 * is written here, and the reverse; and bytes that are nearly right, of which the specification's
 * plain words say whether they are.
 */
class OracleTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 20_000);
  private static final int MUTANTS_EACH = 5;

  /** Set it to repeat a failure, or to try something new. */
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_130L);

  /** Small, so that mutation meets them. */
  private static final Limits TIGHT =
      Limits.DEFAULT.with(Bound.DEPTH, 4).with(Bound.NAME_BYTES, 12);

  private final Random random = new Random(SEED);
  private final RandomValues values = new RandomValues(random);
  private final ProtobufValidator validator = new ProtobufValidator(Limits.DEFAULT);

  /** The edges of each type. */
  static Stream<Object> edges() {
    Stream<Object> integers =
        Stream.iterate(1L, bit -> bit != 0, bit -> bit << 1)
            .flatMap(bit -> Stream.of(bit - 1, bit, bit + 1, -bit, -bit - 1, -bit + 1));
    Stream<Object> unsigned =
        Stream.of("9223372036854775808", "18446744073709551614", "18446744073709551615")
            .map(BigInteger::new);
    Stream<Object> others =
        Stream.of(
            true,
            false,
            0.0,
            -0.0,
            0.1,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            0f,
            -0f,
            0.1f,
            Float.MAX_VALUE,
            Float.MIN_VALUE,
            Float.MIN_NORMAL,
            "",
            "\0",
            "\u007f\u0080\u07ff\u0800\uffff",
            "\ud800\udc00\udbff\udfff",
            List.of(),
            List.of(List.of()));
    Stream<Object> lengths =
        Stream.of(
                0, 1, 31, 32, 33, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 16_380, 16_384)
            .flatMap(n -> Stream.of("a".repeat(n), "é".repeat(n), new byte[n]));
    return Stream.of(integers, unsigned, others, lengths).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("edges")
  void edgesAreReadAndWrittenAlike(Object edge) {
    sameBothWays(edge, "edge");
    sameBothWays(List.of(edge), "in a list");
    sameBothWays(List.of(edge, edge), "in a list, twice");
    sameBothWays(Map.of("n", edge), "in a map");
    sameBothWays(Map.of("n".repeat(120), edge), "in a map, with a long name");
    sameBothWays(List.of(Map.of("n", List.of(edge))), "in all of them");
  }

  /** The bytes are the same, as there is but one form that is shortest and in order. */
  private void sameBothWays(Object tree, String what) {
    byte[] theirs = Oracle.write(tree);
    byte[] ours = Tree.write(tree);
    assertThat(HexFormat.of().formatHex(ours)).as(what).isEqualTo(HexFormat.of().formatHex(theirs));
    assertThat(Tree.show(Oracle.read(ours))).as(what).isEqualTo(Tree.show(tree));
    validator.check(Bytes.of(theirs), 0);
    assertThat(Tree.show(Tree.read(theirs))).as(what).isEqualTo(Tree.show(tree));
  }

  @Test
  void randomValuesAreReadAndWrittenAlike(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      sameBothWays(values.next(), "seed " + SEED + ", round " + round);
    }
  }

  @Test
  void everyPrefixIsRefused(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS / 10; round++) {
      byte[] bytes = Tree.write(values.next());
      for (int length = 0; length < bytes.length; length++) {
        byte[] prefix = Arrays.copyOf(bytes, length);
        assertThat(refusal(validator, prefix, 0))
            .as(what(round, prefix))
            .containsAnyOf("cut off", "a Value that ends too early");
      }
    }
  }

  @Test
  void mutantsAreRefusedWhereTheSpecificationRefusesThem(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    ProtobufValidator tight = new ProtobufValidator(TIGHT);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] seed = Tree.write(values.next());
      for (int i = 0; i < MUTANTS_EACH; i++) {
        byte[] bytes = mutant(seed);
        int outside = random.nextInt(3);
        String expected;
        try {
          expected = Tree.show(Reference.read(bytes, outside, TIGHT));
        } catch (Reference.Refused e) {
          expected = null;
        }
        String found = refusal(tight, bytes, outside) == null ? Tree.show(Tree.read(bytes)) : null;
        assertThat(found).as(what(round, bytes)).isEqualTo(expected);
        if (found != null) {
          accepted++;
          assertThat(Tree.show(Oracle.read(bytes))).as(what(round, bytes)).isEqualTo(found);
        }
      }
    }
    // Mutants of one kind only would test one half.
    assertThat(accepted).isBetween(ROUNDS / 2, ROUNDS * (MUTANTS_EACH - 1));
  }

  /** Changed in one to three places: a byte, a few out, a few more, or the tag of any field. */
  private byte[] mutant(byte[] seed) {
    byte[] bytes = seed;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(bytes.length + 1);
      int to = at + random.nextInt(Math.min(4, bytes.length - at + 1));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> splice(bytes, at, to, new byte[0]);
            case 1 -> splice(bytes, at, to, Arrays.copyOfRange(bytes, at, to));
            case 2 -> replaced(bytes, at, (byte) random.nextInt(256));
            case 3 -> replaced(bytes, at, (byte) (random.nextInt(12) << 3 | random.nextInt(6)));
            // A field at the end that nobody knows: nothing may change.
            default -> splice(bytes, bytes.length, bytes.length, new byte[] {0x60, 5});
          };
    }
    return bytes;
  }

  private static byte[] replaced(byte[] bytes, int at, byte with) {
    return splice(bytes, at, Math.min(at + 1, bytes.length), new byte[] {with});
  }

  private static byte[] splice(byte[] bytes, int at, int to, byte[] middle) {
    byte[] out = new byte[at + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(middle, 0, out, at, middle.length);
    System.arraycopy(bytes, to, out, at + middle.length, bytes.length - to);
    return out;
  }

  /** Null if it is taken. Any other exception ends the test. */
  private static String refusal(ProtobufValidator validator, byte[] bytes, int outside) {
    try {
      validator.check(Bytes.of(bytes), outside);
      return null;
    } catch (ProtobufException e) {
      return e.getMessage();
    }
  }

  private static String what(int round, byte[] bytes) {
    return "seed " + SEED + ", round " + round + ": " + HexFormat.of().formatHex(bytes);
  }
}

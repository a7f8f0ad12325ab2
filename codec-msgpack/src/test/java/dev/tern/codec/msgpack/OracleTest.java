package dev.tern.codec.msgpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/**
 * Values made at random, of which msgpack-core reads what is written here, and the reverse; and
 * bytes that are nearly right, of which the specification's plain words say whether they are.
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
  private final MessagePackValidator validator = new MessagePackValidator(Limits.DEFAULT);

  @Test
  void theOracleReadsWhatIsWritten(TestReporter reporter) throws IOException {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object tree = values.next();
      byte[] bytes = Tree.write(tree);
      try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
        assertThat(Tree.show(tree(in.unpackValue())))
            .as(what(round, bytes))
            .isEqualTo(Tree.show(wide(tree)));
        assertThat(in.hasNext()).isFalse();
      }
    }
  }

  /** The oracle chooses the same forms, as there is but one that is shortest. */
  @Test
  void whatTheOracleWritesIsReadAndTheSameIsWritten(TestReporter reporter) throws IOException {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object tree = values.next();
      byte[] bytes = pack(tree);
      validator.check(Bytes.of(bytes), 0);
      assertThat(Tree.show(Tree.read(bytes))).as(what(round, bytes)).isEqualTo(Tree.show(tree));
      assertThat(Tree.write(tree)).as(what(round, bytes)).isEqualTo(bytes);
    }
  }

  @Test
  void looseFormsAreRead(TestReporter reporter) throws IOException {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object tree = values.next();
      byte[] bytes = values.writeLoosely(tree);
      validator.check(Bytes.of(bytes), 0);
      assertThat(Tree.show(Tree.read(bytes))).as(what(round, bytes)).isEqualTo(Tree.show(tree));
    }
  }

  /** The number of members may be unknown: then it is filled in. */
  @Test
  void withoutSizesTheSameIsSaid(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS; round++) {
      Object tree = values.next();
      MessagePackWriter out = new MessagePackWriter();
      Tree.write(tree, out, false);
      byte[] bytes = out.toByteArray();
      validator.check(Bytes.of(bytes), 0);
      assertThat(Tree.show(Tree.read(bytes))).as(what(round, bytes)).isEqualTo(Tree.show(tree));
    }
  }

  @Test
  void everyPrefixIsCutOff(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int round = 0; round < ROUNDS / 10; round++) {
      byte[] bytes = random.nextBoolean() ? Tree.write(values.next()) : loose();
      for (int length = 0; length < bytes.length; length++) {
        byte[] prefix = Arrays.copyOf(bytes, length);
        assertThat(refusal(validator, prefix)).as(what(round, prefix)).contains("cut off");
      }
    }
  }

  @Test
  void mutantsAreRefusedWhereTheSpecificationRefusesThem(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    MessagePackValidator tight = new MessagePackValidator(TIGHT);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] seed = random.nextBoolean() ? Tree.write(values.next()) : loose();
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
        accepted += found == null ? 0 : 1;
      }
    }
    // Mutants of one kind only would test one half.
    assertThat(accepted).isBetween(ROUNDS / 2, ROUNDS * (MUTANTS_EACH - 1));
  }

  private byte[] loose() {
    return values.writeLoosely(values.next());
  }

  /** Changed in one to three places: a byte, a few out, a few more, or a first byte of any form. */
  private byte[] mutant(byte[] seed) {
    byte[] bytes = seed;
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(bytes.length + 1);
      int to = at + random.nextInt(Math.min(4, bytes.length - at + 1));
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> splice(bytes, at, to, new byte[0]);
            case 1 -> splice(bytes, at, to, Arrays.copyOfRange(bytes, at, to));
            case 2 -> splice(bytes, at, at, new byte[] {(byte) (0xC0 + random.nextInt(0x20))});
            default ->
                splice(
                    bytes,
                    at,
                    Math.min(at + 1, bytes.length),
                    new byte[] {(byte) random.nextInt(256)});
          };
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, int to, byte[] middle) {
    byte[] out = new byte[at + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(middle, 0, out, at, middle.length);
    System.arraycopy(bytes, to, out, at + middle.length, bytes.length - to);
    return out;
  }

  private static String refusal(MessagePackValidator validator, byte[] bytes) {
    return refusal(validator, bytes, 0);
  }

  /** Null if it is taken. Any other exception ends the test. */
  private static String refusal(MessagePackValidator validator, byte[] bytes, int outside) {
    try {
      validator.check(Bytes.of(bytes), outside);
      return null;
    } catch (MessagePackException e) {
      return e.getMessage();
    }
  }

  private static byte[] pack(Object tree) throws IOException {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      pack(tree, out);
      return out.toByteArray();
    }
  }

  private static void pack(Object tree, MessageBufferPacker out) throws IOException {
    switch (tree) {
      case null -> out.packNil();
      case Boolean truth -> out.packBoolean(truth);
      case String text -> out.packString(text);
      case byte[] bytes -> out.packBinaryHeader(bytes.length).writePayload(bytes);
      case Long number -> out.packLong(number);
      case BigInteger number -> out.packBigInteger(number);
      case Double number -> out.packDouble(number);
      case Float number -> out.packFloat(number);
      case List<?> elements -> {
        out.packArrayHeader(elements.size());
        for (Object element : elements) {
          pack(element, out);
        }
      }
      case Map<?, ?> members -> {
        out.packMapHeader(members.size());
        for (Map.Entry<?, ?> member : members.entrySet()) {
          pack(member.getKey(), out);
          pack(member.getValue(), out);
        }
      }
      default -> throw new AssertionError(tree);
    }
  }

  /** What the oracle has read, as a {@link Tree}; it does not say whether a float was 32 bits. */
  private static Object tree(Value value) {
    return switch (value.getValueType()) {
      case NIL -> null;
      case BOOLEAN -> value.asBooleanValue().getBoolean();
      case INTEGER ->
          value.asIntegerValue().isInLongRange()
              ? (Object) value.asIntegerValue().toLong()
              : value.asIntegerValue().toBigInteger();
      case FLOAT -> value.asFloatValue().toDouble();
      case STRING -> value.asStringValue().asString();
      case BINARY -> value.asBinaryValue().asByteArray();
      case ARRAY -> {
        List<Object> elements = new ArrayList<>();
        value.asArrayValue().forEach(element -> elements.add(tree(element)));
        yield elements;
      }
      case MAP -> {
        Map<String, Object> members = new LinkedHashMap<>();
        value
            .asMapValue()
            .map()
            .forEach((name, member) -> members.put(name.asStringValue().asString(), tree(member)));
        yield members;
      }
      case EXTENSION -> throw new AssertionError(value);
    };
  }

  private static Object wide(Object tree) {
    return switch (tree) {
      case Float number -> (double) number;
      case List<?> elements -> {
        List<Object> all = new ArrayList<>();
        elements.forEach(element -> all.add(wide(element)));
        yield all;
      }
      case Map<?, ?> members -> {
        Map<Object, Object> all = new LinkedHashMap<>();
        members.forEach((name, member) -> all.put(name, wide(member)));
        yield all;
      }
      case null -> null;
      default -> tree;
    };
  }

  private static String what(int round, byte[] bytes) {
    return "seed " + SEED + ", round " + round + ": " + HexFormat.of().formatHex(bytes);
  }
}

package dev.tern.codec.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.value.Name;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProtobufValidatorTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What any value may take: the error and its words. */
  private static final int BASE = 2_048;

  private final ProtobufValidator validator = new ProtobufValidator(Limits.DEFAULT);

  private void check(byte[] bytes) {
    validator.check(Bytes.of(bytes), 0);
  }

  @Test
  void whatIsOutsideCountsTowardsTheDepth() {
    byte[] two = Tree.write(List.of(List.of()));
    ProtobufValidator four = new ProtobufValidator(Limits.DEFAULT.with(Bound.DEPTH, 4));
    assertThatCode(() -> four.check(Bytes.of(two), 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> four.check(Bytes.of(two), 3))
        .hasMessage(
            "not strict protobuf at byte 5: nesting deeper than 4 (expected: at most that)");
  }

  @Test
  void theOffsetCountsFromTheStartOfTheValue() {
    byte[] array = {0, 0, 0x10, 7};
    assertThatThrownBy(() -> validator.check(Bytes.of(array, 2, 4), 0))
        .isInstanceOfSatisfying(ProtobufException.class, e -> assertThat(e.offset()).isEqualTo(1));
  }

  @Test
  void namesThatDifferInWhatIsBehindThemAreTwo() {
    check(Tree.write(Map.of("a", 1L, "a\0", 2L)));
  }

  @Test
  void aDuplicateIsFoundInALargeObjectWhereverItStands() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int members = 17 + random.nextInt(60);
      int twice = random.nextInt(members);
      byte[] object = object(members, i -> "name" + i, "name" + twice);
      assertThatThrownBy(() -> check(object)).hasMessageContaining("a name that is there twice");
      check(object(members, i -> "name" + i, "another"));
    }
  }

  private static byte[] object(int members, IntFunction<String> name, String last) {
    ProtobufWriter out = new ProtobufWriter();
    out.beginObject(members + 1);
    for (int i = 0; i <= members; i++) {
      out.name(i < members ? name.apply(i) : last).nullValue();
    }
    return out.endObject().toByteArray();
  }

  /** Compared one with each other, they would take minutes. */
  @Test
  @Timeout(60)
  void namesOfOneHashCostNoMoreThanTheirSorting() {
    List<String> names = colliding(50_000);
    check(object(names.size(), names::get, "another"));
    byte[] twice = object(names.size(), names::get, names.get(77));
    assertThatThrownBy(() -> check(twice)).hasMessageContaining("a name that is there twice");
  }

  /**
   * Names of 16 characters with the hash 0: it is (firstWord * G ^ lastWord) * G, so that the last
   * word undoes the first.
   */
  private static List<String> colliding(int count) {
    Random random = new Random(11);
    Set<String> names = new LinkedHashSet<>();
    ByteBuffer name = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    while (names.size() < count) {
      long first = random.nextLong() & 0x7F7F_7F7F_7F7F_7F7FL;
      long last = first * 0x9E37_79B9_7F4A_7C15L;
      if ((last & 0x8080_8080_8080_8080L) == 0) {
        name.clear().putLong(first).putLong(last);
        assertThat(Name.hash(first, name.array(), 0, 16)).isZero();
        names.add(new String(name.array(), UTF_8));
      }
    }
    return List.copyOf(names);
  }

  @Test
  void nothingIsReservedForWhatIsAnnounced() {
    for (int first : new int[] {0x3A, 0x42, 0x4A, 0x52, 0x62}) {
      assertAllocatesAtMost(BASE, new byte[] {(byte) first, -1, -1, -1, -1, 7});
    }
  }

  @Test
  void memoryIsInProportionToTheBytes() {
    byte[] deep = nested(5_000);
    byte[] wide = object(20_000, i -> Integer.toString(i, 36), "-");
    byte[] text = Tree.write("a".repeat(1 << 16));
    assertAllocatesAtMost(BASE, text);
    assertAllocatesAtMost(BASE + 32L * wide.length, wide);
    assertAllocatesAtMost(BASE, deep);
    ProtobufValidator bottomless =
        new ProtobufValidator(Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    bottomless.check(Bytes.of(deep), 0);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(BASE + 32L * deep.length);
  }

  /** Lists in lists. */
  private static byte[] nested(int depth) {
    ProtobufWriter out =
        new ProtobufWriter(64, Limits.DEFAULT.with(Bound.DEPTH, Integer.MAX_VALUE), 0);
    for (int i = 0; i < depth; i++) {
      out.beginArray(1);
    }
    for (int i = 0; i < depth; i++) {
      out.endArray();
    }
    return out.toByteArray();
  }

  @Test
  void aListMoreThanTheLimitIsRefused() {
    check(nested(64));
    assertThatThrownBy(() -> check(nested(65)))
        .hasMessageContaining("nesting deeper than 64 (expected: at most that)");
  }

  /** Messages that are no lists and no maps count nothing: they are passed over, or refused. */
  @Test
  void whatIsUnknownMayNestAsItLikes() {
    ProtobufWriter out = new ProtobufWriter();
    byte[] unknown = nested(5_000);
    unknown[0] = 0x62;
    out.encoded(Bytes.of(unknown)).nullValue();
    check(out.toByteArray());
  }

  @Test
  void aSmallValueTakesNoMemoryAtAll() {
    byte[] flat = object(12, i -> "name" + i, "last");
    check(flat);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      check(flat);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThanOrEqualTo(64); // the Bytes around it, and what the measuring takes
  }

  private void assertAllocatesAtMost(long most, byte[] bytes) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        check(bytes);
      } catch (ProtobufException e) {
        // costs, too
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThanOrEqualTo(most);
  }
}

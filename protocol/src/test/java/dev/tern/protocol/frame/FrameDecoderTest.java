package dev.tern.protocol.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final int LIMIT = 16 << 20;
  private static final long SEED = 4;

  private final FrameDecoder decoder = new FrameDecoder(LIMIT);

  @Test
  void seesWholeFramesWhereTheyLie() throws FramingException {
    byte[] bytes = concat(framed("a"), framed("bc"));
    decoder.feed(bytes, 0, bytes.length);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.payload()).isSameAs(bytes);
    assertThat(decoder.offset()).isEqualTo(4);
    assertThat(decoder.length()).isEqualTo(1);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.payload()).isSameAs(bytes);
    assertThat(decoder.offset()).isEqualTo(9);
    assertThat(decoder.length()).isEqualTo(2);
    assertThat(decoder.next()).isFalse();
  }

  @Test
  void aLargeFrameGetsAllOfItsRoomOnceAFairPartHasCome() throws FramingException {
    List<Integer> asked = new ArrayList<>();
    FrameDecoder large = new FrameDecoder(LIMIT, LIMIT, bytes -> asked.add(bytes));
    byte[] frame = framed("x".repeat(64_000));

    feed(large, frame, 0, 600);
    feed(large, frame, 600, 300);
    assertThat(asked).as("before a 64th has come").isEmpty();
    assertThat(large.hasAllRoom()).isFalse();
    feed(large, frame, 900, 101);

    assertThat(asked).hasSize(1);
    assertThat(large.heldBytes()).isEqualTo(frame.length);
    assertThat(large.hasAllRoom()).isTrue();
    feed(large, frame, 1_001, frame.length - 1_001);
    assertThat(large.length()).isEqualTo(64_000);
    assertThat(large.ownsPayload()).isTrue();
  }

  @Test
  void aLargeFrameWithoutRoomGrowsByHalf() throws FramingException {
    FrameDecoder large = new FrameDecoder(LIMIT, LIMIT, _ -> false);
    byte[] frame = framed("x".repeat(64_000));

    feed(large, frame, 0, 2_000);
    feed(large, frame, 2_000, 1);

    assertThat(large.heldBytes()).isEqualTo(3_000);
    assertThat(large.hasAllRoom()).isFalse();
    feed(large, frame, 2_001, frame.length - 2_001);
    assertThat(large.length()).isEqualTo(64_000);
  }

  @Test
  void aFrameInsideAChunkIsNotItsOwn() throws FramingException {
    byte[] bytes = concat(framed("a"), framed("b"));
    decoder.feed(bytes, 0, 6);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.ownsPayload()).isFalse();
    assertThat(decoder.next()).isFalse();
    decoder.feed(bytes, 6, bytes.length - 6);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.ownsPayload()).isTrue();
  }

  private static void feed(FrameDecoder decoder, byte[] bytes, int from, int count)
      throws FramingException {
    decoder.feed(bytes, from, count);
    decoder.next();
  }

  @Test
  void readsOnlyItsPartOfTheBuffer() throws FramingException {
    byte[] frame = framed("abc");
    byte[] buffer = concat(new byte[] {9, 9, 9}, frame, new byte[] {9, 9, 9});
    decoder.feed(buffer, 3, frame.length);
    assertThat(taken()).containsExactly("abc");
    assertThat(decoder.isMidFrame()).isFalse();
  }

  /** However the stream is cut, the same frames come out of it. */
  @Test
  void anyCutGivesTheSameFrames() throws FramingException {
    for (long seed = SEED; seed < SEED + 300; seed++) {
      Random random = new Random(seed);
      List<String> payloads = new ArrayList<>();
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int i = random.nextInt(20); i >= 0; i--) {
        int length = random.nextInt(10) == 0 ? 1 + random.nextInt(5_000) : 1 + random.nextInt(9);
        String payload = Character.toString('a' + random.nextInt(26)).repeat(length);
        payloads.add(payload);
        stream.writeBytes(framed(payload));
      }
      int longest = random.nextBoolean() ? 7 : 3_000;
      assertThat(inReads(stream.toByteArray(), random, longest))
          .as("seed %d", seed)
          .isEqualTo(payloads);
    }
  }

  @Test
  void byteByByteGivesTheSameFrames() throws FramingException {
    List<String> payloads = List.of("a", "b".repeat(511), "c".repeat(2_000), "d");
    byte[] stream = concat(payloads.stream().map(FrameDecoderTest::framed).toArray(byte[][]::new));
    List<String> seen = new ArrayList<>();
    for (byte b : stream) {
      decoder.feed(new byte[] {b}, 0, 1);
      seen.addAll(taken());
    }
    assertThat(seen).isEqualTo(payloads);
  }

  /** Whoever feeds it uses the buffer again. */
  @Test
  void keepsNothingThatLiesInTheChunk() throws FramingException {
    byte[] frame = framed("abcdef");
    byte[] chunk = Arrays.copyOf(frame, 7);
    decoder.feed(chunk, 0, 7);
    assertThat(decoder.next()).isFalse();
    Arrays.fill(chunk, (byte) 0);
    decoder.feed(frame, 7, 3);
    assertThat(taken()).containsExactly("abcdef");
  }

  @Test
  void nothingToReadIsNoFrame() throws FramingException {
    assertThat(decoder.next()).isFalse();
    decoder.feed(new byte[3], 1, 0);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.isMidFrame()).isFalse();
  }

  @Test
  void theLimitItselfIsAFrame() throws FramingException {
    FrameDecoder small = new FrameDecoder(5);
    byte[] frame = framed("abcde");
    small.feed(frame, 0, frame.length);
    assertThat(small.next()).isTrue();
  }

  @Test
  void theLargestLimitItselfIsAFrame() throws FramingException {
    FrameDecoder large = new FrameDecoder(Limits.MAX_FRAME_BYTES);
    large.feed(prefix(0x08000000), 0, 4);
    assertThat(large.next()).isFalse();
    assertThat(large.isMidFrame()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0x00000000, BAD_REQUEST, frame length: 0 (expected: 1 to 16777216)",
    "0x01000001, TOO_LARGE, frame length: 16777217 (expected: at most 16777216)",
    "0x7FFFFFFF, TOO_LARGE, frame length: 2147483647 (expected: at most 16777216)",
    "0x80000000, TOO_LARGE, frame length: 2147483648 (expected: at most 16777216)",
    "0xFFFFFFFF, TOO_LARGE, frame length: 4294967295 (expected: at most 16777216)",
    "0x48545450, TOO_LARGE, 'frame length: 1213486160 (expected: at most 16777216); "
        + "this looks like text, such as HTTP or SSH'",
    "0x16030100, TOO_LARGE, frame length: 369295616 (expected: at most 16777216); "
        + "this looks like TLS",
    "0x0D0A0D0A, TOO_LARGE, frame length: 218762506 (expected: at most 16777216); "
        + "this looks like a PROXY header"
  })
  void otherLengthsLoseTheStream(String prefix, ErrorCode code, String message) {
    byte[] bytes = prefix((int) Long.decode(prefix).longValue());
    for (int cut = 0; cut < 4; cut++) {
      FrameDecoder fresh = new FrameDecoder(LIMIT);
      int first = cut;
      assertThatThrownBy(
              () -> {
                fresh.feed(bytes, 0, first);
                assertThat(fresh.next()).isFalse();
                fresh.feed(bytes, first, 4 - first);
                fresh.next();
              })
          .isInstanceOfSatisfying(
              FramingException.class,
              e -> assertThat(e.toWireError()).isEqualTo(WireError.of(code, message, Executed.NO)));
    }
  }

  @Test
  void framesBeforeTheLossAreStillSeen() throws FramingException {
    byte[] bytes = concat(framed("a"), prefix(0), framed("b"));
    decoder.feed(bytes, 0, bytes.length);
    assertThat(decoder.next()).isTrue();
    assertThatThrownBy(decoder::next).isInstanceOf(FramingException.class);
    assertThatThrownBy(decoder::next).as("and stays lost").isInstanceOf(FramingException.class);
  }

  /** A prefix is only a claim. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 5_000})
  void aPrefixAloneTakesNoMemory(int arrived) throws FramingException {
    byte[] bytes = concat(prefix(LIMIT), new byte[arrived]);
    decoder.feed(bytes, 0, bytes.length);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.heldBytes()).isBetween(4 + arrived, Math.max(512, 4 + arrived));
  }

  @Test
  void memoryGrowsWithTheBytesThatArrive() throws FramingException {
    decoder.feed(prefix(LIMIT), 0, 4);
    assertThat(decoder.next()).isFalse();
    byte[] kibibyte = new byte[1 << 10];
    for (int arrived = 4 + 1024; arrived <= 1 << 20; arrived += 1024) {
      decoder.feed(kibibyte, 0, 1024);
      assertThat(decoder.next()).isFalse();
      assertThat(decoder.heldBytes()).isBetween(arrived, arrived + arrived / 2);
    }
  }

  @Test
  void neverHoldsMoreThanTheFrame() throws FramingException {
    decoder.feed(concat(prefix(1_000), new byte[700]), 0, 704);
    assertThat(decoder.next()).isFalse();
    decoder.feed(new byte[299], 0, 299);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.heldBytes()).isEqualTo(1_004);
  }

  @Test
  void holdsNothingBetweenFrames() throws FramingException {
    byte[] frame = framed("x".repeat(10_000));
    decoder.feed(frame, 0, 9_000);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.isMidFrame()).isTrue();
    decoder.feed(frame, 9_000, frame.length - 9_000);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.isMidFrame()).isFalse();
    assertThat(decoder.heldBytes()).isZero();
    assertThat(decoder.payload()).isEmpty();
  }

  @Test
  void releasesAnUnfinishedFrame() throws FramingException {
    decoder.feed(framed("abc"), 0, 6);
    assertThat(decoder.next()).isFalse();
    decoder.release();
    assertThat(decoder.isMidFrame()).isFalse();
    assertThat(decoder.heldBytes()).isZero();
    assertThat(decoder.next()).isFalse();
  }

  private List<String> inReads(byte[] stream, Random random, int longest) throws FramingException {
    List<String> seen = new ArrayList<>();
    for (int at = 0; at < stream.length; ) {
      int count = Math.min(stream.length - at, 1 + random.nextInt(longest));
      decoder.feed(Arrays.copyOfRange(stream, at, at + count), 0, count);
      seen.addAll(taken());
      at += count;
    }
    assertThat(decoder.isMidFrame()).isFalse();
    return seen;
  }

  private List<String> taken() throws FramingException {
    List<String> seen = new ArrayList<>();
    while (decoder.next()) {
      seen.add(new String(decoder.payload(), decoder.offset(), decoder.length(), UTF_8));
    }
    return seen;
  }

  private static byte[] framed(String payload) {
    return concat(prefix(payload.length()), payload.getBytes(UTF_8));
  }

  private static byte[] prefix(int length) {
    return ByteBuffer.allocate(4).putInt(length).array();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}

package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each compression makes of payloads, and of bytes that are none of its frames. */
@ParameterizedClass(name = "{0}")
@MethodSource("labels")
final class CompressedFramesTest {
  private static final int FRAME_BYTES = 16 << 20;

  static List<String> labels() {
    return FoundCompressions.labels();
  }

  @Parameter String label;

  private final Compressions all = FoundCompressions.of(FoundCompressions.labels());

  @AfterEach
  void close() {
    all.close();
  }

  private byte[] compressed(byte[] payload) {
    byte[] frame = all.compress(label, Bytes.of(payload)).toByteArray();
    assertThat(frame.length).isLessThan(payload.length);
    return frame;
  }

  private byte[] expanded(byte[] frame) {
    return all.expand(label, frame, 0, frame.length, FRAME_BYTES, _ -> true).toByteArray();
  }

  private UnexpandableException refusal(byte[] frame) {
    return refusal(frame, FRAME_BYTES);
  }

  private UnexpandableException refusal(byte[] frame, int frameBytes) {
    return catchThrowableOfType(
        UnexpandableException.class,
        () -> all.expand(label, frame, 0, frame.length, frameBytes, _ -> true));
  }

  /** Words drawn at random: such as text that people write. */
  private static byte[] text(int bytes, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(bytes + 16);
    while (text.length() < bytes) {
      text.append("word").append(random.nextInt(500)).append(' ');
    }
    return text.substring(0, bytes).getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_024, 1_025, 65_535, 65_536, 65_537, 131_073, 300_000, 5_000_000})
  void whatIsCompressedComesBack(int bytes) {
    byte[] payload = text(bytes, bytes);

    assertThat(expanded(compressed(payload))).isEqualTo(payload);
  }

  @Test
  void aPayloadInPartsIsOne() {
    byte[] payload = text(20_000, 5);
    Bytes parts =
        Bytes.inARow(
            Bytes.of(payload, 0, 7_000),
            Bytes.of(payload, 7_000, 7_001),
            Bytes.of(payload, 7_001, 20_000));

    assertThat(expanded(all.compress(label, parts).toByteArray())).isEqualTo(payload);
  }

  @Test
  void aFrameMayLieAnywhereInItsArray() {
    byte[] payload = text(10_000, 6);
    byte[] frame = compressed(payload);
    byte[] around = new byte[frame.length + 20];
    Arrays.fill(around, (byte) 0x55);
    System.arraycopy(frame, 0, around, 7, frame.length);

    assertThat(all.expand(label, around, 7, frame.length, FRAME_BYTES, _ -> true).toByteArray())
        .isEqualTo(payload);
  }

  @Test
  void whatDoesNotPayIsLeftAsItIs() {
    Bytes small = Bytes.of(text(1_023, 7));
    byte[] noise = new byte[10_000];
    new Random(8).nextBytes(noise);
    Bytes random = Bytes.of(noise);

    assertThat(all.compress(label, small)).isSameAs(small);
    assertThat(all.compress(label, random)).isSameAs(random);
  }

  @Test
  void row39_aSecondFrameOrAByteBehindIsRefused() {
    byte[] one = compressed(text(2_000, 9));
    byte[] two = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, two, one.length, one.length);

    assertThat(refusal(two).code()).isEqualTo(ErrorCode.PARSE_ERROR);
    assertThat(refusal(Arrays.copyOf(one, one.length + 1)).code()).isEqualTo(ErrorCode.PARSE_ERROR);
    assertThat(expanded(one)).hasSize(2_000); // the context is none the worse
  }

  /** 8 bytes: 0x184D2A5x, a length of 0. */
  @Test
  void row39_aSkippableFrameIsRefusedBeforeAndBehind() {
    byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
    byte[] one = compressed(text(2_000, 10));
    byte[] behind = Arrays.copyOf(one, one.length + skippable.length);
    System.arraycopy(skippable, 0, behind, one.length, skippable.length);

    assertThat(refusal(behind).code()).isEqualTo(ErrorCode.PARSE_ERROR);
  }

  @Test
  void row39_aFrameThatIsCutOffIsRefusedWhereverThatIs() {
    byte[] frame = compressed(text(3_000, 11));

    for (int length = 4; length < frame.length; length++) {
      assertThat(refusal(Arrays.copyOf(frame, length)).code())
          .as("after %s of %s bytes", length, frame.length)
          .isEqualTo(ErrorCode.PARSE_ERROR);
    }
  }

  @Test
  void row39_aBitThatIsFlippedIsRefusedOrChangesNothing() {
    byte[] payload = text(3_000, 12);
    byte[] frame = compressed(payload);

    int refused = 0;
    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] flipped = frame.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(expanded(flipped)).as("bit %s", bit).isEqualTo(payload);
      } catch (UnexpandableException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(frame.length * 7);
  }

  /** What was there before, in a buffer that is used again, must not come out. */
  @Test
  void row39_nothingOfAnotherMessageComesOut() {
    byte[] secret = "SECRET".repeat(10_000).getBytes(UTF_8);
    byte[] frame = compressed(text(40_000, 13));
    Random random = new Random(14);
    byte[] before = all.compress(label, Bytes.of(secret)).toByteArray();
    for (int i = 0; i < 2_000; i++) {
      expanded(before);
      byte[] broken = frame.clone();
      for (int j = 0; j < 3; j++) {
        broken[4 + random.nextInt(broken.length - 4)] = (byte) random.nextInt();
      }
      UnexpandableException refusal = refusal(broken);
      assertThat(refusal == null || refusal.beginning() == null)
          .as("refused, or unchanged; round %s of seed 14", i)
          .isTrue();
    }
  }

  @Test
  void row38_moreThanTwoHundredTimesAsMuchIsRefusedBeyondAMebibyte() {
    byte[] most = new byte[1 << 20];
    byte[] over = new byte[(1 << 20) + 1];

    assertThat(expanded(bomb(most))).isEqualTo(most);
    assertThat(refusal(bomb(over)).code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(refusal(bomb(new byte[8 << 20])).code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void row38_moreThanAFrameMayHaveIsRefused() {
    byte[] frame = compressed(text(5_000, 15));

    assertThat(refusal(frame, 4_999).code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(all.expand(label, frame, 0, frame.length, 5_000, _ -> true).length())
        .isEqualTo(5_000);
  }

  @Test
  void row38_whatThereIsNoRoomForIsRefused() {
    byte[] frame = compressed(text(100_000, 16));

    assertThatThrownBy(() -> all.expand(label, frame, 0, frame.length, FRAME_BYTES, _ -> false))
        .isInstanceOfSatisfying(
            UnexpandableException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_BUSY));
    byte[] small = compressed(text(10_000, 17)); // for so much nobody is asked
    assertThat(all.expand(label, small, 0, small.length, FRAME_BYTES, _ -> false).length())
        .isEqualTo(10_000);
  }

  /** Compresses what no end would send so. */
  private byte[] bomb(byte[] payload) {
    return CompressedBomb.of(label, payload);
  }

  @Test
  void theBeginningOfWhatIsTooLongIsKnown() {
    byte[] payload = text(300_000, 18);

    byte[] frame = compressed(payload);
    UnexpandableException refusal =
        catchThrowableOfType(
            UnexpandableException.class,
            () -> all.expandReply(label, frame, 0, frame.length, 100_000));

    Bytes beginning = refusal.beginning();

    assertThat(beginning).isNotNull();
    assertThat(payload).startsWith(beginning.toByteArray());
    assertThat(beginning.length()).isGreaterThan(10_000);
  }

  @Test
  void noiseIsRefused() {
    Random random = new Random(19);
    byte[] frame = compressed(text(2_000, 20));
    IntStream.range(0, 2_000)
        .forEach(
            _ -> {
              byte[] noise = new byte[5 + random.nextInt(200)];
              random.nextBytes(noise);
              System.arraycopy(frame, 0, noise, 0, 4);
              assertThat(refusal(noise)).as("of seed 19").isNotNull();
            });
  }
}

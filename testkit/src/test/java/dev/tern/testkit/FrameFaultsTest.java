package dev.tern.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameFaultsTest {
  private static final long SEED = 7;
  private static final int FRAMES = 40;

  private final FaultLane lane = new FaultLane();
  private final FrameFaults faults = new FrameFaults(lane);

  private static byte[] frame(String payload) {
    byte[] bytes = payload.getBytes(US_ASCII);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] frames(String... payloads) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String payload : payloads) {
      all.writeBytes(frame(payload));
    }
    return all.toByteArray();
  }

  /** What comes out if the bytes come in parts of a length. */
  private byte[] applied(byte[] bytes, int partBytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += partBytes) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + partBytes));
      all.writeBytes(faults.apply(part, part.length));
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1_000})
  void withoutFaultsAllBytesPassAsTheyCome(int partBytes) {
    byte[] bytes = frames("one", "", "three");
    assertThat(applied(bytes, partBytes)).isEqualTo(bytes);
    assertThat(lane.counts()).isEqualTo(new FaultCounts.Way(0, 3, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1_000})
  void aLostFrameVanishesWholeWhereverItIsCut(int partBytes) {
    lane.lose(Chance.of("share", 0.5, SEED));
    SplittableRandom random = new SplittableRandom(SEED);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    int lost = 0;
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = frame("x".repeat(i));
      all.writeBytes(frame);
      if (random.nextDouble() < 0.5) {
        lost++;
      } else {
        kept.writeBytes(frame);
      }
    }

    assertThat(applied(all.toByteArray(), partBytes)).isEqualTo(kept.toByteArray());
    assertThat(lane.counts()).isEqualTo(new FaultCounts.Way(0, FRAMES - lost, lost, 0));
    assertThat(lost).isBetween(1, FRAMES - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1_000})
  void aRepeatedFrameComesTwiceInARow(int partBytes) {
    lane.repeat(Chance.of("share", 1, SEED));

    assertThat(applied(frames("one", "", "three"), partBytes))
        .isEqualTo(frames("one", "one", "", "", "three", "three"));
    assertThat(lane.counts()).isEqualTo(new FaultCounts.Way(0, 3, 0, 3));
  }

  @Test
  void aLostFrameIsNotRepeated() {
    lane.lose(Chance.of("share", 1, SEED));
    lane.repeat(Chance.of("share", 1, SEED));

    assertThat(applied(frames("one"), 1)).isEmpty();
    assertThat(lane.counts()).isEqualTo(new FaultCounts.Way(0, 0, 1, 0));
  }

  @Test
  void aFrameThatHasBegunIsNotHitAnyMore() {
    byte[] bytes = frames("one", "two");
    assertThat(applied(Arrays.copyOf(bytes, 2), 2)).hasSize(2);

    lane.lose(Chance.of("share", 1, SEED));

    assertThat(applied(Arrays.copyOfRange(bytes, 2, bytes.length), 1_000)).hasSize(5);
  }

  @Test
  void whatHasNoFramesPassesAsItIs() {
    byte[] bytes = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".getBytes(US_ASCII);
    assertThat(applied(bytes, 5)).isEqualTo(bytes);
    assertThat(lane.counts().frames()).isZero();
  }
}

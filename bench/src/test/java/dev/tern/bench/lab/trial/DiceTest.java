package dev.tern.bench.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DiceTest {
  private static double[] draw(Jitter jitter) {
    Dice dice = new Dice(7, jitter);
    return DoubleStream.generate(dice::nextDouble).limit(1_000).toArray();
  }

  @Test
  void aSeedGivesTheSameNumbers() {
    assertThat(LongStream.generate(new Dice(7, Jitter.FULL)::nextLong).limit(100).toArray())
        .isEqualTo(LongStream.generate(new Dice(7, Jitter.FULL)::nextLong).limit(100).toArray())
        .doesNotHaveDuplicates();
  }

  @Test
  void fullJitterIsFromNothingToAll() {
    assertThat(DoubleStream.of(draw(Jitter.FULL)).summaryStatistics())
        .satisfies(
            all -> {
              assertThat(all.getMin()).isBetween(0.0, 0.05);
              assertThat(all.getMax()).isBetween(0.95, Math.nextDown(1.0));
              assertThat(all.getAverage()).isBetween(0.45, 0.55);
            });
  }

  @Test
  void halfJitterIsFromHalfToAll() {
    assertThat(DoubleStream.of(draw(Jitter.HALF)).summaryStatistics())
        .satisfies(
            all -> {
              assertThat(all.getMin()).isBetween(0.5, 0.55);
              assertThat(all.getMax()).isLessThan(1);
            });
  }

  @Test
  void withoutJitterEachWaitIsTheLongest() {
    assertThat(draw(Jitter.NONE)).containsOnly(Math.nextDown(1.0));
  }
}

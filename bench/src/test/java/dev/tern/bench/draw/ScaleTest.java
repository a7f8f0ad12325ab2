package dev.tern.bench.draw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.draw.Scale.Tick;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void aLogarithmicScaleReachesFromPowerToPower() {
    assertThat(Scale.logarithmic(30, 4_000).ticks())
        .containsExactly(
            new Tick(10, "10"),
            new Tick(100, "100"),
            new Tick(1_000, "1 k"),
            new Tick(10_000, "10 k"));
  }

  @Test
  void aLogarithmicScaleOfOneValueHasStillAWidth() {
    assertThat(Scale.logarithmic(100, 100).ticks()).hasSize(2);
  }

  @Test
  void eachNineIsAsWideAsTheOneBefore() {
    Scale scale = Scale.percentiles();
    Offset<Double> exact = Offset.offset(1e-9);
    assertThat(scale.at(90)).isCloseTo(0.25, exact);
    assertThat(scale.at(99)).isCloseTo(0.5, exact);
    assertThat(scale.at(99.99)).isCloseTo(1, exact);
  }
}

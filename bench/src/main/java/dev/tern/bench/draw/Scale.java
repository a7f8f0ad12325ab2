package dev.tern.bench.draw;

import java.util.ArrayList;
import java.util.List;

/** An axis: where a value lies between 0 and 1, and what is written beside it. */
public interface Scale {
  /** From 0 to 1, if the value is within the bounds. */
  double at(double value);

  List<Tick> ticks();

  /** A value with a label. */
  record Tick(double value, String label) {}

  /** From 0 to a round number that is at least {@code most}. */
  static Scale linear(double most) {
    double step = Math.pow(10, Math.floor(Math.log10(most / 2)));
    while (most / step > 5) {
      step *= most / step > 10 ? 5 : 2;
    }
    List<Tick> ticks = new ArrayList<>();
    double end = Math.ceil(most / step - 1e-9) * step;
    for (double value = 0; value <= end * 1.001; value += step) {
      ticks.add(new Tick(value, Numbers.rounded(value)));
    }
    return new Ticked(ticks) {
      @Override
      public double at(double value) {
        return value / end;
      }
    };
  }

  /** From a power of ten to another one, around both values, which are more than 0. */
  static Scale logarithmic(double least, double most) {
    double from = Math.floor(Math.log10(least) + 1e-9);
    double to = Math.max(from + 1, Math.ceil(Math.log10(most) - 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (double power = from; power <= to; power++) {
      ticks.add(new Tick(Math.pow(10, power), Numbers.rounded(Math.pow(10, power))));
    }
    return new Ticked(ticks) {
      @Override
      public double at(double value) {
        return (Math.log10(value) - from) / (to - from);
      }
    };
  }

  /** Percentiles up to 99.99, each nine as wide as the one before. */
  static Scale percentiles() {
    return new Ticked(
        List.of(
            new Tick(0, "0"),
            new Tick(50, "50 %"),
            new Tick(90, "90 %"),
            new Tick(99, "99 %"),
            new Tick(99.9, "99.9 %"),
            new Tick(99.99, "99.99 %"))) {
      @Override
      public double at(double value) {
        return -Math.log10(1 - value / 100) / 4;
      }
    };
  }

  /** Has its ticks. */
  abstract class Ticked implements Scale {
    private final List<Tick> ticks;

    Ticked(List<Tick> ticks) {
      this.ticks = List.copyOf(ticks);
    }

    @Override
    public List<Tick> ticks() {
      return ticks;
    }
  }
}

package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.core.limit.ConcurrencyLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one window makes of an adaptive limit. */
final class GradientTest {
  private static final ConcurrencyLimit BOUNDS = ConcurrencyLimit.adaptive(10, 1_000);

  @ParameterizedTest
  @CsvSource({
    // limit, best, window's mean, most running, next limit
    "100, 10, 10, 100, 102", // nothing has changed: by a fifth of the square root
    "100, 10, 14, 100, 102", // a little longer is tolerated
    "100, 10, 40, 100, 92", // half at most, of which a fifth
    "100, 10, 4000, 100, 92", // never steeper
    "100, 10, 10, 49, 100", // it was not the limit that held them back
    "100, 10, 4000, 49, 100",
    "100, 0, 10, 100, 102", // the first window is the best
    "10, 10, 4000, 10, 10", // not below the least
    "1000, 10, 10, 1000, 1000", // not above the most
  })
  void follows(double limit, double best, double window, int running, double next) {
    Gradient after = new Gradient(limit, best, 0).after(window, running, BOUNDS);
    assertThat(after.limit()).isCloseTo(next, within(0.01));
  }

  @Test
  void theBestIsTheLeast() {
    assertThat(new Gradient(100, 10, 0).after(20, 100, BOUNDS).bestNanos()).isEqualTo(10);
    assertThat(new Gradient(100, 10, 0).after(9, 100, BOUNDS).bestNanos()).isEqualTo(9);
  }

  @Test
  void nowAndThenItIsHalvedToFindTheBestAnew() {
    assertThat(new Gradient(100, 10, Gradient.PROBE_WINDOWS).after(10, 100, BOUNDS))
        .isEqualTo(new Gradient(50, 0, 0));
  }

  @Test
  void whatTheLimitHasNotHeldBackIsNoReasonToHalveIt() {
    assertThat(new Gradient(100, 10, Gradient.PROBE_WINDOWS).after(10, 49, BOUNDS).limit())
        .isEqualTo(100);
  }

  /** A model: so many calls run at full speed, and more of them share that. */
  @Test
  void staysAboutTheCapacityOfAModel() {
    int capacity = 50;
    Gradient gradient = new Gradient(BOUNDS.least(), 0, 0);
    for (int window = 0; window < 3_000; window++) {
      double mean = 1_000_000 * Math.max(1, gradient.limit() / capacity);
      gradient = gradient.after(mean, (int) gradient.limit(), BOUNDS);
      if (window > 100) {
        assertThat(gradient.limit()).isBetween(capacity * 0.75, capacity * 2.0);
      }
    }
  }
}

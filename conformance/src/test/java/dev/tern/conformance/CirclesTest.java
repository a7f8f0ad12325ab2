package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules about circles see them. */
class CirclesTest {
  private static Circles of(String... steps) {
    Circles circles = new Circles();
    for (String step : steps) {
      circles.add(step.substring(0, 1), step.substring(1), "a use");
    }
    return circles;
  }

  @Test
  void aChainIsNoCircle() {
    assertThat(of("ab", "bc", "ac", "aa").components()).isEmpty();
  }

  @Test
  void circlesThatShareAClassAreOneThing() {
    assertThat(of("ab", "ba", "bc", "cb", "xa", "cy", "yz", "zy").components())
        .isEqualTo(List.of(Set.of("a", "b", "c"), Set.of("y", "z")));
  }

  @Test
  void eachCircleIsToldOnceAndTheShortestFirst() {
    Circles circles = of("ab", "bc", "ca", "cb");
    assertThat(circles.described(circles.components().getFirst()))
        .isEqualTo(
            """
            3 classes know each other: a, b, c
              a circle of 2:
                b knows c: a use
                c knows b: a use
              a circle of 3:
                a knows b: a use
                b knows c: a use
                c knows a: a use\
            """);
  }
}

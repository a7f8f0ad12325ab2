package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DuplicatesTest {
  private static final String KEY = "key";

  private final Duplicates duplicates = new Duplicates(false);
  private final List<String> told = new ArrayList<>();

  private Duplicates.Parked parked(String name) {
    return new Duplicates.Parked() {
      @Override
      public void join() {
        told.add(name + " joins");
      }

      @Override
      public void goFirst() {
        told.add(name + " goes first");
      }
    };
  }

  @Test
  void theFirstCallIsNoDuplicate() {
    assertThat(duplicates.enter(KEY)).isFalse();
    assertThat(duplicates.enter("another")).isFalse();
    assertThat(duplicates.enter(KEY)).isTrue();
  }

  @Test
  void aDuplicateWaitsUntilTheOperationRuns() {
    duplicates.enter(KEY);
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("second"));
    assertThat(told).isEmpty();

    duplicates.runs(KEY);

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void oneThatComesWhileTheOperationRunsDoesNotWait() {
    duplicates.enter(KEY);
    duplicates.runs(KEY);
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("second"));

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void ifTheFirstLeavesWithoutHavingRunTheNextTakesItsPlace() {
    duplicates.enter(KEY);
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("second"));
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("third"));

    duplicates.leave(KEY, true);
    assertThat(told).containsExactly("second goes first");
    duplicates.runs(KEY);

    assertThat(told).containsExactly("second goes first", "third joins");
  }

  @Test
  void oneThatParksWhenTheFirstHasJustLeftGoesOnByItself() {
    duplicates.enter(KEY);
    duplicates.enter(KEY);
    duplicates.leave(KEY, true);
    duplicates.park(KEY, parked("second"));

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void whileAnyIsLeftTheNextIsNoFirstOne() {
    duplicates.enter(KEY);
    duplicates.runs(KEY);
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("second"));
    duplicates.leave(KEY, true);

    assertThat(duplicates.enter(KEY)).isTrue();
    duplicates.park(KEY, parked("third"));
    assertThat(told).containsExactly("second joins", "third joins");
  }

  @Test
  void whenAllHaveLeftTheNextCallIsTheFirstAgain() {
    duplicates.enter(KEY);
    duplicates.runs(KEY);
    duplicates.enter(KEY);
    duplicates.park(KEY, parked("second"));
    duplicates.leave(KEY, true);
    duplicates.leave(KEY, false);

    assertThat(duplicates.enter(KEY)).isFalse();
  }
}

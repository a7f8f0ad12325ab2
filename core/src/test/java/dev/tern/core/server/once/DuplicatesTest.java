package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.server.once.Duplicates.Place;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DuplicatesTest {
  private static final String KEY = "key";

  private final Duplicates duplicates = new Duplicates(false, false);
  private final List<String> told = new ArrayList<>();

  /** Enters and waits; says that it goes on, and as what. */
  private Place waiting(String name) {
    Place place = duplicates.enter(KEY);
    assertThat(place.waits(() -> goesOn(place, name))).isTrue();
    return place;
  }

  private void goesOn(Place place, String name) {
    told.add(name + (place.isDuplicate() ? " joins" : " goes first"));
  }

  @Test
  void theFirstCallIsNoDuplicate() {
    assertThat(duplicates.enter(KEY).waits(() -> told.add("called"))).isFalse();
    assertThat(duplicates.enter("another").isDuplicate()).isFalse();
    assertThat(duplicates.enter(KEY).isDuplicate()).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void aDuplicateWaitsUntilTheOperationRuns() {
    Place first = duplicates.enter(KEY);
    var _ = waiting("second");
    assertThat(told).isEmpty();

    first.runs();

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void oneThatComesWhileTheOperationRunsDoesNotWait() {
    duplicates.enter(KEY).runs();
    var _ = waiting("second");

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void ifTheFirstLeavesWithoutHavingRunAnotherTakesItsPlace() {
    Place first = duplicates.enter(KEY);
    var _ = waiting("second");
    Place third = waiting("third");

    first.leave();
    assertThat(told).containsExactly("third goes first");
    third.runs();

    assertThat(told).containsExactly("third goes first", "second joins");
  }

  @Test
  void oneThatWaitsWhenTheFirstHasJustLeftGoesOnByItself() {
    Place first = duplicates.enter(KEY);
    Place second = duplicates.enter(KEY);
    first.leave();
    second.waits(() -> goesOn(second, "second"));

    assertThat(told).containsExactly("second joins");
  }

  @Test
  void whileAnyIsLeftTheNextIsNoFirstOne() {
    Place first = duplicates.enter(KEY);
    first.runs();
    var _ = waiting("second");
    first.leave();
    var _ = waiting("third");

    assertThat(told).containsExactly("second joins", "third joins");
  }

  @Test
  void whenAllHaveLeftTheNextCallIsTheFirstAgain() {
    Place first = duplicates.enter(KEY);
    first.runs();
    Place second = waiting("second");
    first.leave();
    second.leave();

    assertThat(duplicates.enter(KEY).isDuplicate()).isFalse();
  }

  private static boolean isDuplicate(Duplicates here, String caller, String token) {
    Meta meta = Meta.NONE.with(Meta.KEY, KEY).with(Meta.AUTH, token);
    Message.Request request = new Message.Request(Dialect.V1, new Id.Number(1), "run", null, meta);
    Place place = here.enter(request, caller.isEmpty() ? Caller.ANONYMOUS : new Caller(caller));
    assertThat(here.hasOther(request, new Caller("nobody else"))).isFalse();
    return place != null && place.isDuplicate();
  }

  @Test
  void aCallerWithANameIsTheSameWithAnyToken() {
    Duplicates known = new Duplicates(false, true);
    assertThat(isDuplicate(known, "ann", "token")).isFalse();
    assertThat(isDuplicate(known, "bob", "token")).isFalse();
    assertThat(isDuplicate(known, "ann", "a newer token")).isTrue();
  }

  @Test
  void aTokenThatNobodyHasLookedAtTellsCallersApart() {
    assertThat(isDuplicate(duplicates, "", "ann's")).isFalse();
    assertThat(isDuplicate(duplicates, "", "bob's")).isFalse();
    assertThat(isDuplicate(duplicates, "tls:ann", "bob's")).isFalse();
    assertThat(isDuplicate(duplicates, "", "ann's")).isTrue();
  }
}

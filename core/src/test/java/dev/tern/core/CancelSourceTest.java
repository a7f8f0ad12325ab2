package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CancelSourceTest {
  private final CancelSource source = new CancelSource();
  private final List<String> ran = new ArrayList<>();

  @Test
  void whatWasRemovedDoesNotRun() {
    Runnable first = () -> ran.add("first");
    Runnable second = () -> ran.add("second");
    source.onCancel(first);
    source.onCancel(second);

    source.remove(first);
    source.cancel();

    assertThat(ran).containsExactly("second");
  }

  @Test
  void removingTheLastLeavesASourceThatCanBeCancelled() {
    Runnable only = () -> ran.add("only");
    source.onCancel(only);

    source.remove(only);
    source.cancel();

    assertThat(ran).isEmpty();
    assertThat(source.isCancelled()).isTrue();
  }

  @Test
  void removingAfterTheCancelChangesNothing() {
    Runnable only = () -> ran.add("only");
    source.onCancel(only);
    source.cancel();

    source.remove(only);

    assertThat(ran).containsExactly("only");
    assertThat(source.isCancelled()).isTrue();
  }
}

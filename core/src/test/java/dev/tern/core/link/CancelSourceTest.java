package dev.tern.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CancelSourceTest {
  private final CancelSource source = new CancelSource();
  private final List<String> ran = new ArrayList<>();

  @Test
  void whatWasRemovedDoesNotRun() {
    Runnable first = () -> ran.add("first");
    Runnable second = () -> ran.add("second");
    source.whenCancelled(first);
    source.whenCancelled(second);

    source.remove(first);
    source.cancel();

    assertThat(ran).containsExactly("second");
  }

  @Test
  void removingTheLastLeavesASourceThatCanBeCancelled() {
    Runnable only = () -> ran.add("only");
    source.whenCancelled(only);

    source.remove(only);
    source.cancel();

    assertThat(ran).isEmpty();
    assertThat(source.isCancelled()).isTrue();
  }

  @Test
  void removingAfterTheCancelChangesNothing() {
    Runnable only = () -> ran.add("only");
    source.whenCancelled(only);
    source.cancel();

    source.remove(only);

    assertThat(ran).containsExactly("only");
    assertThat(source.isCancelled()).isTrue();
  }

  /** Where an action of a user's runs. */
  private CompletableFuture<Thread> usersAction() {
    CompletableFuture<Thread> on = new CompletableFuture<>();
    source.onCancel(() -> on.complete(Thread.currentThread()));
    return on;
  }

  @Test
  void aUsersActionRunsOnAThreadOfItsOwn() {
    CompletableFuture<Thread> first = usersAction();
    CompletableFuture<Thread> second = usersAction();

    source.cancel();

    assertThat(first.join().isVirtual()).isTrue();
    assertThat(first.join()).isNotEqualTo(second.join());
  }

  @Test
  void aUsersActionThatComesTooLateRunsOnAThreadOfItsOwn() {
    source.cancel();

    assertThat(usersAction().join().isVirtual()).isTrue();
  }

  @Test
  void anActionOfTheFrameworksRunsOnTheThreadThatCancels() {
    List<Thread> on = new ArrayList<>();
    source.whenCancelled(() -> on.add(Thread.currentThread()));

    source.cancel();

    assertThat(on).containsExactly(Thread.currentThread());
  }
}

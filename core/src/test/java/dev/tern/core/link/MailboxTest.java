package dev.tern.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MailboxTest {
  private int wakeUps;
  private final Mailbox<String> mailbox = new Mailbox<>(countingConnection(), () -> {});

  /** Counts what it is asked to execute, and executes nothing. */
  private Connection countingConnection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, _, _) -> {
              wakeUps++;
              return null;
            });
  }

  private List<String> taken() {
    List<String> items = new ArrayList<>();
    for (var letter = mailbox.takeAll(); letter != null; letter = letter.next) {
      items.add(letter.item);
    }
    return items;
  }

  @Test
  void keepsTheOrder() {
    mailbox.post("a");
    mailbox.post("b");
    mailbox.post("c");

    assertThat(taken()).containsExactly("a", "b", "c");
  }

  @Test
  void isEmptyOnceTaken() {
    mailbox.post("a");
    taken();

    assertThat(taken()).isEmpty();
  }

  @Test
  void theFirstPostWakesTheOthersRideAlong() {
    mailbox.post("a");
    mailbox.post("b");

    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void wakesAgainOnceTaken() {
    mailbox.post("a");
    taken();
    mailbox.post("b");

    assertThat(wakeUps).isEqualTo(2);
  }

  @Test
  void wakesNobodyWhileItIsHeld() {
    mailbox.hold();
    mailbox.post("a");

    assertThat(wakeUps).isZero();
  }

  @Test
  void wakesForWhatHasGatheredWhenItIsReleased() {
    mailbox.hold();
    mailbox.post("a");
    mailbox.post("b");
    mailbox.release();

    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void releasedEmptyItWakesNobody() {
    mailbox.hold();
    mailbox.release();

    assertThat(wakeUps).isZero();
  }

  @Test
  void isHeldUntilAllHaveReleased() {
    mailbox.hold();
    mailbox.hold();
    mailbox.release();

    assertThat(mailbox.isHeld()).isTrue();
  }
}

package dev.tern.core.link;

import dev.tern.races.NoConnection;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * What other threads hand to a connection's serial context: the frames of its calls and of its
 * replies. A queue, whose taker is woken.
 */
@Param(name = "item", gen = IntGen.class, conf = "1:3")
public class MailboxModel {
  private final NoConnection connection = new NoConnection();
  private final Mailbox<Integer> mailbox = new Mailbox<>(connection, () -> {});

  /** Any thread hands something over. */
  @Operation
  public void post(@Param(name = "item") int item) {
    mailbox.post(item);
  }

  /** Any thread hands something over while the mailbox is held, which wakes the context later. */
  @Operation
  public void postHeld(@Param(name = "item") int item) {
    mailbox.hold();
    mailbox.post(item);
    mailbox.release();
  }

  /** The context takes what there is. */
  @Operation(nonParallelGroup = "context")
  public String takeAll() {
    connection.begins();
    StringBuilder taken = new StringBuilder();
    for (Mailbox.Letter<Integer> next = mailbox.takeAll(); next != null; next = next.next) {
      taken.append(next.item);
    }
    return taken.toString();
  }

  /** Else it would lie there until somebody posts again. */
  @Validate
  public void nothingLiesThereUnlessTheContextIsWoken() {
    if (mailbox.takeAll() != null && !connection.isWoken()) {
      throw new IllegalStateException("letters, and nobody was woken (expected: the context)");
    }
  }
}

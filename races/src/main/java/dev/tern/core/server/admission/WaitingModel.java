package dev.tern.core.server.admission;

import dev.tern.core.server.admission.Ticket.Answer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * A limit of one call, where another one may wait: never two run, and when all have ended nothing
 * is held, and nobody waits.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class WaitingModel {
  private final PlacesRaces.Limit limit = new PlacesRaces.Limit();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private final class Run implements Ticket.Holder {
    private final Ticket ticket;

    Run(Object caller) {
      ticket = limit.ticketOf(caller, this);
    }

    /** It has its place: runs, and ends. */
    @Override
    public void goOn() {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      running.decrementAndGet();
      ticket.leave(1);
    }
  }

  /** A whole call; one that waits goes on when another one leaves. */
  @Operation
  public void call(@Param(name = "thread") int thread) {
    Run run = new Run("caller " + thread);
    if (run.ticket.enter(0) == Answer.ADMITTED) {
      run.goOn();
    }
  }

  /** A call that gives up if it has to wait. */
  @Operation
  public void callOrQuit(@Param(name = "thread") int thread) {
    Run run = new Run("caller " + thread);
    Answer answer = run.ticket.enter(0);
    if (answer == Answer.ADMITTED) {
      run.goOn();
    } else if (answer == Answer.WAITS && run.ticket.quit()) {
      run.ticket.leave(1);
    }
  }

  /** Nothing is lost, and nothing was given twice. */
  @Validate
  public void nothingIsLeft() {
    if (most.get() > 1 || limit.places.running() != 0 || limit.places.waiting() != 0) {
      throw new IllegalStateException(
          "ran at once: %d, hold a place: %d, wait: %d (expected: at most 1, 0, 0)"
              .formatted(most.get(), limit.places.running(), limit.places.waiting()));
    }
  }
}

package dev.tern.core.server.admission;

import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.server.admission.Ticket.Answer;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/** A limit of one call, of which none may wait: each is told at once, and truly. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PlacesModel {
  private static final int MANY_THREADS = 8;

  private final PlacesRaces.Limit limit =
      new PlacesRaces.Limit() {
        @Override
        ConcurrencyLimit limit() {
          return ConcurrencyLimit.fixed(1).queue(0).fairShare(1);
        }
      };

  /** The call of each thread that holds a place, which that thread alone uses. */
  private final @Nullable Ticket[] mine = new Ticket[MANY_THREADS];

  /** A thread asks for a place. */
  @Operation
  public String enter(@Param(name = "thread") int thread) {
    if (mine[thread] != null) {
      return "HAS";
    }
    Ticket ticket = limit.ticketOf("caller " + thread);
    Answer answer = ticket.enter(0);
    if (answer == Answer.ADMITTED) {
      mine[thread] = ticket;
    }
    return answer.name();
  }

  /** It gives it back. */
  @Operation
  public boolean leave(@Param(name = "thread") int thread) {
    Ticket ticket = mine[thread];
    mine[thread] = null;
    if (ticket != null) {
      ticket.leave(1);
    }
    return ticket != null;
  }

  /** Somebody counts. */
  @Operation
  public int running() {
    return limit.places.running();
  }
}

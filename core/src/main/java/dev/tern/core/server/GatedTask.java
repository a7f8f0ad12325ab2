package dev.tern.core.server;

import dev.tern.core.Caller;
import dev.tern.core.Lane;
import dev.tern.core.server.admission.Admission;
import dev.tern.core.server.admission.Places;
import dev.tern.core.server.admission.Refusal;
import dev.tern.core.server.admission.Ticket;
import dev.tern.core.server.once.Duplicates;
import dev.tern.protocol.WireError;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent.Reason;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call that may have to wait before it begins: for another attempt at its operation, or for a
 * place of the limits that it is under. The other calls pay nothing for that.
 */
final class GatedTask extends CallTask implements Ticket.Holder {
  /** Its place among calls with its key; null if it has none, or may wait where it runs. */
  private final Duplicates.@Nullable Place place;

  /** Its way through the limits that it is under; null for none. */
  private final @Nullable Ticket ticket;

  GatedTask(
      ServerConnection connection,
      ServerCall call,
      ServedMethod served,
      Caller known,
      Duplicates.@Nullable Place place,
      Admission admission) {
    super(connection, call, served, known, laneOf(place, served));
    this.place = place;
    List<Places> limits = served.limits();
    this.ticket = limits.isEmpty() ? null : admission.ticket(limits, call, this);
  }

  /** Where the method runs, unless it may have to wait there for another attempt. */
  private static Lane laneOf(Duplicates.@Nullable Place place, ServedMethod served) {
    return isDuplicate(place) ? Lane.VIRTUAL : served.lane();
  }

  private static boolean isDuplicate(Duplicates.@Nullable Place place) {
    return place != null && place.isDuplicate();
  }

  @Override
  Lane lane() {
    return laneOf(place, served);
  }

  @Override
  boolean parks() {
    return place != null && place.waits(this::goOnAfterTheOther);
  }

  /** Another attempt runs, or is gone. Any thread, in the context of any other connection. */
  private void goOnAfterTheOther() {
    if (ticket != null && !isDuplicate(place)) {
      connection.beginLate(this);
    } else {
      goOn();
    }
  }

  /** From the context of any connection, which must not enter that of this one. */
  @Override
  public void goOn() {
    ServerCore server = connection.server();
    if (isVirtual()) {
      server.start(this);
    } else { // a pool may be full, which this connection is told
      server.environment.startVirtual(() -> server.start(this));
    }
  }

  /** One that waits for another attempt's run needs no place. */
  @Override
  Ticket.Answer enterLimits(long now) {
    return ticket == null || isDuplicate(place) ? Ticket.Answer.ADMITTED : ticket.enter(now);
  }

  @Override
  WireError refusal() {
    return Objects.requireNonNull(ticket).refusal();
  }

  @Override
  public boolean runsOperation() {
    boolean mayRun = super.runsOperation();
    if (place != null) {
      place.runs();
    }
    return (mayRun && !isDuplicate(place)) || served.lane() instanceof Lane.Inline;
  }

  @Override
  void takePlaces() {
    if (ticket != null && !ticket.isHolding() && !ticket.begins(timers().nanoTime())) {
      throw Refusal.thrown(ticket.refusal());
    }
  }

  @Override
  public boolean join() {
    if (ticket != null) {
      ticket.stepAside(timers().nanoTime());
    }
    return super.join();
  }

  @Override
  public void abandon(Reason reason) {
    super.abandon(reason);
    if (ticket != null && ticket.quit()) { // it never comes to its lane
      connection.server().refused(call, caller(), reason.code().name());
      connection.gone(this);
    }
  }

  @Override
  void left(long now) {
    super.left(now);
    if (ticket != null) {
      ticket.leave(now);
    }
    if (place != null) {
      place.leave();
    }
  }
}

package dev.tern.core.server;

import dev.tern.core.link.Alarm;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.session.ServerSession;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a server's connection from holding too much. It answers two questions: may the connection
 * read on, and may a call begin. Both are "no" while the peer has too much to read, reading also
 * while all connections hold too much and this one holds its share of that. It tells the {@link
 * ByteBudget} how much this connection holds.
 *
 * <p>In the connection's serial context, but for {@link #mayBegin}, {@link #defer} and {@link
 * #onTheWay}.
 */
final class Backpressure {
  /** What a call costs beside its texts: its objects, and the stack of its thread. */
  private static final int CALL_BYTES = 2 << 10;

  /** Started all together they would find the output full again, each at the cost of a thread. */
  private static final int DEFERRED_AT_ONCE = 64;

  private final ServerCore server;
  private final Connection connection;
  private final ServerSession session;
  private final Alarm alarm;

  /** Calls that begin once there is room for what they will answer. */
  private final ArrayDeque<CallTask> deferred = new ArrayDeque<>(0);

  /** Large replies on their way from their lanes to the session, in bytes. */
  private final AtomicLong onTheWay = new AtomicLong();

  /** Whether the peer has so much to read that nothing should be added. Written in the context. */
  private volatile boolean outputFull;

  private boolean paused;
  private boolean closed;

  /** Whether it waits for room in the budget. */
  private boolean waits;

  /** What the budget has been told that this connection holds. */
  private long toldBytes;

  Backpressure(ServerCore server, Connection connection, ServerSession session, Alarm alarm) {
    this.server = server;
    this.connection = connection;
    this.session = session;
    this.alarm = alarm;
  }

  /** Whether there is room for what a call would answer. Any thread. */
  boolean mayBegin() {
    long coming = onTheWay.get();
    return !outputFull && coming <= server.unreadOutputBytes && !server.bytes.isTooMuch(coming);
  }

  /** Begins a call later, when it may. Any thread. */
  void defer(CallTask task) {
    connection.execute(
        () -> {
          if (closed || mayBegin()) { // else what is on its way is noted here when it has come
            server.start(task);
          } else {
            deferred.add(task);
          }
        });
  }

  /**
   * Counts a reply, if it is large, while it is on its way from its lane to the session. Any
   * thread.
   *
   * @param sign 1 when it leaves the lane, -1 when it has arrived
   */
  void onTheWay(CallTask task, int sign) {
    Bytes frame = task.frame();
    int bytes = frame == null ? 0 : frame.length();
    if (bytes >= ByteBudget.SMALL_BYTES) {
      onTheWay.addAndGet((long) sign * bytes);
      server.bytes.add((long) sign * bytes);
    }
  }

  /** Whether a frame may have all of its room before it has come. */
  boolean takeRoom(int bytes) {
    boolean granted = server.bytes.tryAdd(bytes);
    toldBytes += granted ? bytes : 0;
    return granted;
  }

  /** Something may have changed: answers both questions again. */
  void look() {
    if (closed) {
      tellBudget(0);
      return;
    }
    long unsent = connection.unsentBytes();
    tellBudget(unsent);
    boolean unread = server.bytes.isTooMuch(unsent);
    boolean tooMuch = unread || server.bytes.isTooMuch(session.backlogBytes());
    // Once full it stays so until the transport tells that the peer has read nearly all.
    long most = outputFull ? Connection.SEND_PROGRESS_BYTES - 1 : server.unreadOutputBytes;
    boolean full = unread || unsent > most;
    if (full != outputFull) {
      outputFull = full;
    }
    waits(tooMuch);
    // Not "full": what is gathered leaves when the other calls of its batch have run.
    pause(full || tooMuch || session.gatheredBytes() > server.unreadOutputBytes);
    if (tooMuch || !(full || deferred.isEmpty())) { // no event tells that there is room again
      long now = server.environment.timers().nanoTime();
      alarm.setFor(now + server.bytes.lookAgainNanos(), now);
    }
    if (!full) {
      startDeferred(DEFERRED_AT_ONCE); // last: a call that begins may call this method again
    }
  }

  private void waits(boolean now) {
    if (now != waits) {
      waits = now;
      server.bytes.waits(now);
    }
  }

  private void pause(boolean now) {
    if (now != paused) {
      paused = now;
      session.paused(now, server.environment.timers().nanoTime());
      if (now) {
        connection.pauseReading();
      } else if (!session.isFinishing()) {
        connection.resumeReading();
      }
    }
  }

  private void startDeferred(int most) {
    for (int i = 0; i < most && !deferred.isEmpty(); i++) {
      server.start(deferred.remove());
    }
  }

  private void tellBudget(long unsent) {
    long held = session.heldBytes() + (long) session.inFlight() * CALL_BYTES + unsent;
    long more = held - toldBytes;
    if (more != 0 && (held == 0 || Math.abs(more) >= ByteBudget.SMALL_BYTES)) {
      toldBytes = held;
      server.bytes.add(more);
    }
  }

  /** The connection has ended: the calls that wait begin, to find that nobody waits for them. */
  void onClosed() {
    closed = true;
    outputFull = false;
    waits(false);
    startDeferred(Integer.MAX_VALUE);
  }
}

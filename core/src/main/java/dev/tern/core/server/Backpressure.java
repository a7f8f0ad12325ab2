package dev.tern.core.server;

import dev.tern.core.link.Alarm;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.session.ServerSession;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a server's connection may hold. It tells the {@link ByteBudget} of all of them how much that
 * is, pauses reading while the peer does not read or all hold too much, and keeps calls from
 * beginning whose replies would find no room. In the connection's serial context, but for {@link
 * #isOutputFull}, {@link #defer} and {@link #finished}.
 */
final class Backpressure {
  private final ServerCore server;
  private final Connection connection;
  private final ServerSession session;
  private final Alarm alarm;

  private boolean paused;

  /** From the limit of unread output until {@link #onSendProgress}. */
  private boolean pausedForOutput;

  /** Calls that begin when the peer has read: there is no room for what they would answer. */
  private final ArrayDeque<CallTask> deferred = new ArrayDeque<>(0);

  private @Nullable Runnable waitingForRoom;

  /** What the budget has been told that this connection holds. */
  private long countedBytes;

  private boolean closed;

  /** Whether reading is paused because the peer does not. Written in the context. */
  private volatile boolean outputFull;

  /** Of the large replies that have not come to the session yet. */
  private final AtomicLong finishedBytes = new AtomicLong();

  Backpressure(ServerCore server, Connection connection, ServerSession session, Alarm alarm) {
    this.server = server;
    this.connection = connection;
    this.session = session;
    this.alarm = alarm;
  }

  /** Whether the peer has so much to read that no further call should begin. Any thread. */
  boolean isOutputFull() {
    long finishing = finishedBytes.get();
    return outputFull || finishing > server.unreadOutputBytes() || isTooMuch(finishing);
  }

  /** Begins a call again once the peer has read, or what is finished has left. Any thread. */
  void defer(CallTask task) {
    connection.execute(
        () -> {
          if (isOutputFull() && !closed) { // what is finished will come here, and look after it
            deferred.add(task);
          } else {
            server.start(task);
          }
        });
  }

  /** A call has its reply, which is on its way to the session. Any thread. */
  void finished(CallTask task) {
    addFinished(largeBytes(task));
  }

  /** The reply has arrived. */
  void arrived(CallTask task) {
    addFinished(-largeBytes(task));
  }

  private void addFinished(int bytes) {
    if (bytes != 0) {
      finishedBytes.addAndGet(bytes);
      server.bytes().add(bytes);
    }
  }

  private static int largeBytes(CallTask task) {
    Bytes frame = task.frame();
    int length = frame == null ? 0 : frame.length();
    return length < LARGE_REPLY_BYTES ? 0 : length;
  }

  /** A call is done: another one that waits may begin in its place. */
  void onDone() {
    if (!outputFull) {
      startDeferred(1);
    }
  }

  private void startDeferred(int most) {
    for (int i = 0; i < most && !deferred.isEmpty(); i++) {
      server.start(deferred.remove());
    }
  }

  /** The peer has read most of what was to be sent. */
  void onSendProgress(long now) {
    pausedForOutput = false;
    update(now);
  }

  /**
   * Stops reading while the peer does not read, or while all connections hold too many bytes and
   * this one holds its share of them; goes on when that is over.
   */
  void update(long now) {
    long unsent = countHeld();
    pausedForOutput |= unsent > server.unreadOutputBytes();
    boolean unread = isTooMuch(unsent);
    boolean overBudget = unread || isTooMuch(session.backlogBytes());
    if (overBudget) {
      waitForRoom();
    }
    if (unread) {
      // Nobody tells when the peer has read so little. The more wait, the more seldom each looks.
      alarm.setFor(now + RECOUNT_NANOS + server.bytes().waiters() * RECOUNT_EACH_NANOS, now);
    }
    boolean pause = pausedForOutput || overBudget;
    if (pause != paused) {
      paused = pause;
      if (pause) {
        connection.pauseReading();
      } else if (!session.isFinishing()) {
        connection.resumeReading();
      }
    }
    boolean full = pausedForOutput || unread;
    if (full != outputFull) {
      outputFull = full;
    }
    if (!full && !deferred.isEmpty()) {
      alarm.setFor(now + RECOUNT_NANOS, now); // for the rest: those that start may never end
      startDeferred(DEFERRED_AT_ONCE); // last: it may come back here
    }
  }

  /** Whether a connection may not hold so many bytes while all of them hold what they do. */
  private boolean isTooMuch(long bytes) {
    return bytes > SMALL_BYTES
        && (bytes > LARGE_BYTES ? server.bytes().isExceeded() : server.bytes().isFull());
  }

  /** Tells the budget what this connection holds; returns how much of it waits for the peer. */
  long countHeld() {
    long unsent = closed ? 0 : connection.unsentBytes();
    long held = session.heldBytes() + (long) session.inFlight() * CALL_BYTES + unsent;
    long more = held - countedBytes;
    boolean noticeable = Math.abs(more) >= SMALL_BYTES || held == 0; // not each small call
    if (more != 0 && noticeable) {
      countedBytes = held;
      server.bytes().add(more);
    }
    return unsent;
  }

  /** Whether a large frame may have all of its room at once. */
  boolean takeRoom(int bytes) {
    boolean granted = server.bytes().tryAdd(bytes);
    countedBytes += granted ? bytes : 0;
    return granted;
  }

  private void waitForRoom() {
    if (waitingForRoom == null) {
      waitingForRoom = () -> connection.execute(this::onRoom);
      server.bytes().whenRoom(waitingForRoom);
    }
  }

  private void onRoom() {
    waitingForRoom = null;
    if (!closed) {
      update(server.timers().nanoTime());
    }
  }

  /** The peer has gone: nothing is sent any more, and the calls that wait begin, to find that. */
  void onClosed() {
    closed = true;
    outputFull = false;
    startDeferred(Integer.MAX_VALUE);
  }

  /** Nothing is left to be said: the last. */
  void forget() {
    if (waitingForRoom != null) {
      server.bytes().forget(waitingForRoom);
    }
  }

  /** Smaller replies are bounded by the number of calls, and not worth counting. */
  private static final int LARGE_REPLY_BYTES = 4 << 10;

  /** Started all together they would find the output full again, each at the cost of a thread. */
  private static final int DEFERRED_AT_ONCE = 64;

  /**
   * What a connection may hold of each kind, whatever the others hold: a peer that asks for little
   * and takes it is served. Also how much the budget may be told too little.
   */
  private static final int SMALL_BYTES = 4 << 10;

  /** From here on it must wait as soon as the budget is exceeded; below, when that is full. */
  private static final int LARGE_BYTES = 16 << 10;

  /** What a call costs beside its texts: its objects, and the stack of its thread. */
  private static final int CALL_BYTES = 2 << 10;

  /** How soon a connection that may not read looks whether its peer has done so. */
  private static final long RECOUNT_NANOS = 10_000_000;

  /** So that all of them together look 10,000 times a second at most. */
  private static final long RECOUNT_EACH_NANOS = 100_000;
}

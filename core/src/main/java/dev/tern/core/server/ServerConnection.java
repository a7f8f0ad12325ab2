package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Stats;
import dev.tern.core.link.Alarm;
import dev.tern.core.link.Mailbox;
import dev.tern.core.link.StallWatch;
import dev.tern.core.observe.Incidents;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.admission.Gates;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.WireError;
import dev.tern.protocol.frame.FrameEncoder;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent;
import dev.tern.protocol.session.ServerSession;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins a transport's connection to a session: bytes in, calls to their lanes, replies out.
 *
 * <p>A call's way: {@link #onBytes} (serial context) → session → {@link #arrived} → {@link
 * #onReadComplete} (reading thread, outside the context) → its lane → {@link #post} → mailbox →
 * session → connection. An inline call never leaves the reading thread.
 */
final class ServerConnection implements ConnectionHandler {
  private final ServerCore server;
  private final Connection connection;
  private final Consumer<byte[]> writer;
  private final Mailbox<CallTask> finished;

  // Only in the serial context.
  private final ServerSession session;
  private final Alarm alarm;
  private final StallWatch stall;
  private final Backpressure backpressure;
  private boolean closed;
  private boolean cutOff;

  /** Written in the serial context by the reading thread, read by that thread outside of it. */
  private List<CallTask> arrived = new ArrayList<>(0);

  /** Of the calls that are about to be accepted, how many the gates have let in. */
  private int letIn;

  /** Calls that have come to their end, by what was told, until the counters know of them. */
  private int done;

  private int succeeded;

  /** The inline call that runs. On the reading thread only. */
  private @Nullable CallTask running;

  ServerConnection(ServerCore server, Connection connection) {
    this.server = server;
    this.connection = connection;
    this.writer = connection::write;
    long now = server.timers().nanoTime();
    this.session = server.newSession(bytes -> backpressure().takeRoom(bytes), now);
    this.finished = new Mailbox<>(connection, this::drainFinished);
    this.alarm = new Alarm(server.timers(), connection, this::onAlarm);
    this.stall = new StallWatch(connection, server.writeStall());
    this.backpressure = new Backpressure(server, connection, session, alarm);
    alarm.setFor(session.wakeAt(), now);
  }

  SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  Timers timers() {
    return server.timers();
  }

  Incidents incidents() {
    return server.incidents();
  }

  int frameLimit() {
    return server.frameLimit();
  }

  /** A call's handler has returned. Any thread. */
  void post(CallTask task) {
    backpressure.finished(task);
    finished.post(task);
  }

  /** See {@link Backpressure}. */
  Backpressure backpressure() {
    return backpressure;
  }

  /** Reads nothing more, answers what was read, closes. Any thread. */
  void finish() {
    connection.execute(
        () -> {
          connection.pauseReading();
          session.finish();
          pump(false);
        });
  }

  /** Ends at once, unless all has been answered and sent, and nothing but the end is left. */
  void abortUnlessDone() {
    connection.execute(
        () -> {
          if (!session.isDone() || connection.unsentBytes() > 0) {
            cutOff();
          }
        });
  }

  private void cutOff() {
    cutOff |= !closed;
    connection.abort();
  }

  /** Whether this side ended it before all was answered and sent. Once it has closed. */
  boolean wasCutOff() {
    return cutOff;
  }

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    long now = server.timers().nanoTime();
    server.counters().seen(now);
    session.receive(buffer, offset, length, now);
    pump(true, now);
  }

  @Override
  public void onReadComplete() {
    List<CallTask> calls = arrived;
    if (calls.isEmpty()) {
      return;
    }
    arrived = new ArrayList<>(calls.size() > BIG_BURST ? 0 : calls.size());
    boolean anyInline = false;
    int virtual = 0;
    for (CallTask task : calls) {
      anyInline |= task.isInline();
      virtual += task.isVirtual() ? 1 : 0;
    }
    if (virtual >= START_TOGETHER) {
      Thread.startVirtualThread(() -> calls.forEach(this::startIfVirtual));
    } else if (virtual > 0) {
      calls.forEach(this::startIfVirtual);
    }
    if (virtual < calls.size()) {
      calls.forEach(this::startIfPooled);
    }
    if (anyInline) {
      CORE.serving(() -> running == null ? null : running.request(), () -> runInline(calls));
      connection.execute(() -> completeInline(calls));
    }
  }

  private void startIfVirtual(CallTask task) {
    if (task.isVirtual()) {
      server.start(task);
    }
  }

  private void startIfPooled(CallTask task) {
    if (!task.isInline() && !task.isVirtual()) {
      server.start(task);
    }
  }

  private void runInline(List<CallTask> calls) {
    boolean inContext = connection.readsInContext();
    for (CallTask task : calls) {
      if (task.isInline()) {
        if (inContext) {
          task.serverCall().runsInContext();
        }
        running = task;
        task.execute();
      }
    }
    running = null;
  }

  @Override
  public void onEndOfInput() {
    session.endOfInput();
    pump(true);
  }

  @Override
  public void onSendProgress() {
    backpressure.onSendProgress(server.timers().nanoTime());
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    closed = true;
    session.disconnected();
    backpressure.onClosed();
    pump(false);
    alarm.cancel();
    backpressure.forget();
    server.closed(this);
  }

  private void completeInline(List<CallTask> calls) {
    for (CallTask task : calls) {
      if (task.isInline()) {
        complete(task);
      }
    }
    pump(false);
  }

  private void drainFinished() {
    for (var letter = finished.takeAll(); letter != null; letter = letter.next) {
      CallTask task = letter.item;
      backpressure.arrived(task);
      complete(task);
    }
    pump(false);
  }

  private void complete(CallTask task) {
    String outcome = task.outcome();
    if (Stats.OK.equals(outcome)) {
      succeeded++;
    } else if (outcome != null) {
      server.counters().ended(outcome);
    }
    done++;
    session.complete(task.serverCall(), task.frame());
    backpressure.onDone();
  }

  private void onAlarm() {
    long now = server.timers().nanoTime();
    session.onTime(now);
    send(); // before the handlers are told: who waits for the answer has a timer of its own
    pump(false, now);
  }

  private void pump(boolean reading) {
    pump(reading, server.timers().nanoTime());
  }

  /**
   * Lets out what the session has to say.
   *
   * @param reading whether the reading thread will see {@link #onReadComplete} next
   */
  private void pump(boolean reading, long now) {
    countEnded(); // makes room for those that arrive
    for (ServerEvent event; (event = session.nextEvent()) != null; ) {
      switch (event) {
        case ServerCall call -> accept(call, reading, now);
        case ServerEvent.Abandoned abandoned -> abandon(abandoned.call(), abandoned.reason());
        case ServerEvent.Refused refused -> server.refused(refused);
        case ServerEvent.Rejected rejected -> server.rejected(remoteAddress(), rejected);
        case ServerEvent.Noted noted -> server.counters().noted(noted.oddity());
      }
    }
    done += letIn; // of calls whose methods do not exist
    letIn = 0;
    countEnded();
    if (closed) {
      backpressure.countHeld(); // of its calls some may still run
      return;
    }
    send();
    backpressure.update(now);
    if (session.isDone()) {
      connection.close();
    }
    alarm.setFor(stall.look(now), now); // also while it closes
    if (stall.isStalled() && !cutOff) {
      server.rejected(remoteAddress(), stalled());
      cutOff(); // the peer takes nothing; it must not hold our memory
    }
    alarm.setFor(session.wakeAt(), now);
  }

  private void abandon(ServerCall call, ServerEvent.Reason reason) {
    Object attachment = call.attachment();
    if (attachment instanceof CallTask task) {
      task.abandon(reason);
    } else if (attachment == null) { // it has waited for its turn, and was never handed out
      server.refused(call, CallTask.codeOf(reason).name());
    }
  }

  private ServerEvent.Rejected stalled() {
    long unsent = connection.unsentBytes();
    return new ServerEvent.Rejected(Oddity.STALLED_PEER, null, null, unsent, new byte[0]);
  }

  private void accept(ServerCall call, boolean reading, long now) {
    ServedMethod served = server.find(call.request().method());
    WireError refusal = served == null ? METHOD_NOT_FOUND : admit(call, !reading);
    if (served == null || refusal != null) {
      WireError error = refusal == null ? METHOD_NOT_FOUND : refusal;
      call.attach(error); // has been counted
      server.refused(call, error.code());
      session.complete(call, call.failure(error));
      if (served == null) {
        session.countError(now);
      }
      return;
    }
    CallTask task = new CallTask(this, call, served);
    call.attach(task);
    if (reading) {
      arrived.add(task);
    } else {
      server.start(task); // a bare call that waited for its turn: not on this thread
    }
  }

  /** Asks the gates, for all calls that have arrived at once. */
  private @Nullable WireError admit(ServerCall call, boolean hasWaited) {
    if (letIn == 0) {
      letIn = server.gates().enter(1 + session.arrivedCalls());
    }
    if (letIn == 0) {
      return Gates.TOO_MANY;
    }
    letIn--;
    WireError refusal = server.gates().refuses(call, hasWaited);
    done += refusal == null ? 0 : 1;
    return refusal;
  }

  /** Tells what all connections share how many calls have ended: once for many. */
  private void countEnded() {
    if (done > 0) {
      server.gates().leave(done);
      server.counters().succeeded(succeeded);
      done = 0;
      succeeded = 0;
    }
  }

  private void send() {
    boolean any = false;
    for (Bytes payload; (payload = session.nextFrame()) != null; any = true) {
      FrameEncoder.encode(payload, writer);
    }
    if (any) {
      connection.flush();
    }
  }

  private static final WireError METHOD_NOT_FOUND =
      WireError.of(ErrorCode.METHOD_NOT_FOUND, "no such method");

  /**
   * So many virtual threads are started by one of their kind: each that is started from outside
   * their scheduler may have to wake one of its threads, at the price of several calls.
   */
  private static final int START_TOGETHER = 8;

  /** A list that grew beyond this is not kept at this size. */
  private static final int BIG_BURST = 256;
}

package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Caller;
import dev.tern.core.Counter;
import dev.tern.core.link.Alarm;
import dev.tern.core.link.Mailbox;
import dev.tern.core.link.Progress;
import dev.tern.core.link.StallWatch;
import dev.tern.core.observe.Counters;
import dev.tern.core.observe.Traffic;
import dev.tern.core.server.admission.Admission;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.core.server.auth.AuthResult;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.TlsPeer;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.frame.FrameEncoder;
import dev.tern.protocol.session.Ping;
import dev.tern.protocol.session.ServerCall;
import dev.tern.protocol.session.ServerEvent;
import dev.tern.protocol.session.ServerEvent.Reason;
import dev.tern.protocol.session.ServerEvent.Rejected;
import dev.tern.protocol.session.ServerSession;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins a transport's connection to a session: bytes in, calls to their lanes, replies out.
 *
 * <p>A call's way, which is also the order of the methods below: {@link #onBytes} → session →
 * {@link #accept} → its lane (an inline call: {@link #onReadComplete}, on the thread that read it,
 * outside the serial context) → {@link #post} → mailbox → {@link #complete} → session → {@link
 * #send}.
 */
final class ServerConnection implements ConnectionHandler {
  /**
   * So many virtual threads are started by one of their kind: each that is started from outside
   * their scheduler may have to wake one of its threads, at the price of several calls.
   */
  private static final int START_TOGETHER = 8;

  private final ServerCore server;
  private final Connection connection;
  private final Consumer<byte[]> writer;
  private final Traffic traffic = new Traffic();
  private final Mailbox<CallTask> finished;

  /** What is known of who calls before a call says more. */
  private final AuthResult self;

  // Only in the serial context.
  private final ServerSession session;
  private final Admission admission;
  private final Alarm alarm;
  private final StallWatch stall;
  private final Progress progress;
  private final Backpressure backpressure;
  private boolean closed;
  private boolean cutOff;
  private boolean stalled;

  /** What ends it, as far as anybody knows yet. */
  private Counter end = Counter.CLOSED_FOR_CAUSE;

  /** Calls that have ended before they had a place: none of them comes back from a lane. */
  private List<CallTask> gone = List.of();

  /** Calls that have been accepted and are about to be started. */
  private List<CallTask> accepted = List.of();

  /**
   * Accepted calls that run on the thread that reads. Filled by that thread in the serial context,
   * emptied by it outside of it.
   */
  private List<CallTask> inline = List.of();

  /** How many there were the last time: the next list is as long from the beginning. */
  private int usual = 1;

  /** The inline call that runs. On the reading thread only. */
  private @Nullable CallTask running;

  ServerConnection(ServerCore server, Connection connection) {
    this.server = server;
    this.connection = connection;
    this.writer = connection::write;
    this.self = AuthResult.of(callerOf(connection));
    long now = server.environment.timers().nanoTime();
    this.session = server.newSession(bytes -> backpressure().takeRoom(bytes), now);
    this.admission = server.gates.newAdmission(connection);
    this.finished = new Mailbox<>(connection, this::drainFinished);
    this.alarm = new Alarm(server.environment.timers(), connection, this::onAlarm);
    this.stall = new StallWatch(connection, server.writeStall);
    this.progress = new Progress(connection);
    this.backpressure = new Backpressure(server, connection, session, alarm);
    alarm.setFor(session.wakeAt(), now);
  }

  private static Caller callerOf(Connection connection) {
    TlsPeer tls = connection.tls();
    String name = tls == null ? null : tls.name();
    return name == null ? Caller.ANONYMOUS : new Caller(name);
  }

  /** A reply, compressed if its caller reads that and it pays. Any thread. */
  Bytes compressed(Message.Request request, Bytes reply, Compressions with) {
    String label = session.replyCompression(request);
    return label == null ? reply : with.compress(label, reply);
  }

  SocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  boolean isOverTls() {
    return connection.tls() != null;
  }

  Traffic traffic() {
    return traffic;
  }

  /** What it shares with the others. Any thread. */
  ServerCore server() {
    return server;
  }

  Backpressure backpressure() {
    return backpressure;
  }

  @Override
  public void onBytes(byte[] buffer, int offset, int length) {
    long now = server.environment.timers().nanoTime();
    server.observer().seen(now);
    traffic.read(length);
    session.receive(buffer, offset, length, now);
    pump(now);
  }

  private void pump() {
    pump(server.environment.timers().nanoTime());
  }

  /** Takes from the session what it has to say, and passes it on. */
  private void pump(long now) {
    admission.settle(); // calls that have ended make room for those that arrive
    do {
      takeEvents(now);
    } while (completeGone(now));
    admission.settle();
    if (!closed) {
      alarm.setFor(session.wakeAt(), now); // before the peer reads, who may move a manual clock
      send();
      endIfDoneOrStalled(now);
      alarm.setFor(session.wakeAt(), now);
    }
    backpressure.look();
    startAccepted(); // last: a pool that is full hands its call back at once
  }

  private void takeEvents(long now) {
    for (ServerEvent event; (event = session.nextEvent()) != null; ) {
      switch (event) {
        case ServerCall call -> accept(call, now);
        case ServerEvent.Abandoned abandoned -> abandon(abandoned);
        case ServerEvent.Refused refused ->
            server
                .observer()
                .ended(refused.request(), self.caller(), refused.code(), refused.receivedNanos());
        case Rejected rejected -> server.observer().rejected(remoteAddress(), rejected);
        case ServerEvent.Gathered gathered -> compress(gathered);
        case ServerEvent.Noted noted -> server.observer().noted(noted.oddity());
        case Ping ping -> server.count(Counters.of(ping));
      }
    }
  }

  /** On a thread of its own, as the replies to a whole batch may be long. */
  private void compress(ServerEvent.Gathered gathered) {
    Compressions with = server.compressions;
    if (with == null) {
      session.send(gathered, gathered.replies());
      return;
    }
    server.environment.startVirtual(
        () -> {
          Bytes payload = compressed(with, gathered);
          connection.execute(
              () -> {
                session.send(gathered, payload);
                pump();
              });
        });
  }

  /** Whatever happens here, the replies must leave. */
  private static Bytes compressed(Compressions with, ServerEvent.Gathered gathered) {
    try {
      return with.compress(gathered.label(), gathered.replies());
    } catch (RuntimeException | OutOfMemoryError e) { // such as while the server closes
      return gathered.replies();
    }
  }

  private void abandon(ServerEvent.Abandoned abandoned) {
    if (abandoned.reason() == Reason.SHUT_DOWN) {
      cutOff = true;
      server.cutOff(abandoned.call());
    }
    abandoned.call().abandon(abandoned.reason());
  }

  private void accept(ServerCall call, long now) {
    ServedMethod found = server.find(call.request().method());
    AuthFilter auth = server.auth;
    AuthResult who = auth == null ? self : auth.onArrival(call.request(), self);
    if (who.refusal() != null) {
      refuse(call, who.caller(), who.refusal());
      return;
    }
    ServedMethod served = server.answering(found, who);
    if (served == null) {
      refuse(call, who.caller(), AuthFilter.noSuchMethod(call.request().method()));
      return;
    }
    WireError refusal =
        served.isHousekeeping()
            ? null
            : admission.admit(call, served.surelyAsked(call, who.caller()), now);
    if (refusal != null) {
      refuse(call, who.caller(), refusal);
      return;
    }
    CallTask task = CallTask.accepted(this, call, served, who.caller(), admission);
    call.runBy(task);
    if (!task.parks()) {
      begin(task, now);
    }
  }

  /** Begins it when its limits let it. */
  private void begin(CallTask task, long now) {
    switch (task.enterLimits(now)) {
      case ADMITTED -> admitted(task);
      case WAITS -> {}
      case REFUSED -> {
        leave(task, now);
        refuse(task.call, task.caller(), task.refusal());
      }
    }
  }

  /** Begins a call that has waited before. Any thread, in any other connection's context. */
  void beginLate(CallTask task) {
    Runnable beginning =
        () -> {
          long now = server.environment.timers().nanoTime();
          begin(task, now);
          pump(now);
        };
    server.environment.startVirtual(() -> connection.execute(beginning));
  }

  /** It has ended while it waited for a place. */
  void gone(CallTask task) {
    gone = with(task, gone, 1);
  }

  private boolean completeGone(long now) {
    List<CallTask> calls = gone;
    gone = List.of();
    calls.forEach(call -> complete(call, now));
    return !calls.isEmpty();
  }

  private void admitted(CallTask task) {
    // One that has waited is handed out by another thread than the one that reads.
    if (!task.isInline() || task.call.hasWaited()) {
      accepted = with(task, accepted, 1);
    } else {
      inline = with(task, inline, usual);
    }
  }

  private void refuse(ServerCall call, Caller caller, WireError error) {
    server.refused(call, caller, error.code());
    session.complete(call, server.failure(call, error, ReplyMeta.NONE));
  }

  /** An empty list holds no memory, so that an idle connection does not either. */
  private static List<CallTask> with(CallTask task, List<CallTask> tasks, int expected) {
    List<CallTask> list = tasks.isEmpty() ? new ArrayList<>(expected) : tasks;
    list.add(task);
    return list;
  }

  private void startAccepted() {
    List<CallTask> calls = accepted;
    if (calls.isEmpty()) {
      return;
    }
    accepted = List.of();
    start(calls, false);
    if (calls.size() < START_TOGETHER) {
      start(calls, true);
    } else {
      server.environment.startVirtual(() -> start(calls, true));
    }
  }

  private void start(List<CallTask> calls, boolean virtual) {
    for (CallTask task : calls) {
      if (task.isVirtual() == virtual) {
        server.start(task);
      }
    }
  }

  @Override
  public void onReadComplete() {
    List<CallTask> calls = inline;
    if (!calls.isEmpty()) {
      inline = List.of();
      usual = calls.size();
      CORE.serving(() -> running == null ? null : running.current()).run(() -> runInline(calls));
      connection.execute(() -> complete(calls));
    }
  }

  private void runInline(List<CallTask> calls) {
    int succeeded = 0;
    for (CallTask task : calls) {
      running = task;
      succeeded += task.serve() ? 1 : 0;
    }
    running = null;
    server.observer().succeeded(succeeded);
  }

  private void complete(List<CallTask> calls) {
    long now = server.environment.timers().nanoTime();
    calls.forEach(call -> complete(call, now));
    pump(now);
  }

  /** A call's handler has returned on a lane of its own. Any thread. */
  void post(CallTask task) {
    backpressure.onTheWay(task, 1);
    finished.post(task);
  }

  private void drainFinished() {
    long now = server.environment.timers().nanoTime();
    for (var letter = finished.takeAll(); letter != null; letter = letter.next) {
      backpressure.onTheWay(letter.item, -1);
      complete(letter.item, now);
    }
    pump(now);
  }

  private void complete(CallTask task, long now) {
    leave(task, now);
    session.complete(task.call, task.frame());
  }

  private void leave(CallTask task, long now) {
    if (!task.served.isHousekeeping()) {
      admission.left();
    }
    task.left(now);
    if (task.isCancelled()) {
      server.stragglers.remove(task.call);
    }
  }

  private void send() {
    long bytes = 0;
    for (Bytes payload; (payload = session.nextFrame()) != null; ) {
      bytes += FrameEncoder.encode(payload, writer);
    }
    if (bytes > 0) {
      traffic.written(bytes);
      connection.flush();
    }
  }

  @Override
  public void onSendProgress() {
    backpressure.look();
  }

  private void onAlarm() {
    long now = server.environment.timers().nanoTime();
    if (progress.hasMoved()) {
      session.heard(now);
    }
    session.onTime(now);
    if (session.isPeerGone()) {
      connection.abort();
    }
    send(); // before the handlers are told, as the caller's own timer goes off soon
    pump(now);
  }

  @Override
  public void onEndOfInput() {
    endsBy(Counter.CLOSED_BY_PEER);
    session.endOfInput();
    pump();
  }

  /** Refuses new calls, lets those that run be answered, and closes. Any thread. */
  void drain() {
    connection.execute(this::onUnwelcome);
  }

  @Override
  public void onUnwelcome() {
    endsBy(Counter.CLOSED_HERE);
    long now = server.environment.timers().nanoTime();
    session.drain(now);
    pump(now);
  }

  /** Answers what has no answer, with its verdict, and closes. Any thread. */
  void finishNow() {
    connection.execute(
        () -> {
          if (!session.isDone()) {
            session.cutOff();
            pump();
          }
        });
  }

  @Override
  public boolean onRoomWanted() {
    long now = server.environment.timers().nanoTime();
    boolean givesWay = session.giveWay(now);
    if (givesWay) {
      pump(now);
    }
    return givesWay;
  }

  private void endsBy(Counter how) {
    if (!session.isFinishing()) {
      end = how;
    }
  }

  /** Closes once all has been answered. Cuts off a peer that takes nothing and holds memory. */
  private void endIfDoneOrStalled(long now) {
    if (session.isDone()) {
      connection.close();
    }
    alarm.setFor(stall.look(now), now); // also while it closes
    if (stall.isStalled() && !stalled) {
      stalled = true;
      long unsent = connection.unsentBytes();
      Rejected peer = new Rejected(Oddity.STALLED_PEER, null, null, unsent, new byte[0]);
      server.observer().rejected(remoteAddress(), peer);
      cutOff();
    }
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
  public void onClosed(@Nullable Throwable cause) {
    closed = true;
    Counter how = cutOff ? Counter.CLOSED_CUT_OFF : session.isDone() ? end : Counter.CLOSED_BROKEN;
    admission.closed();
    session.disconnected();
    backpressure.onClosed();
    pump();
    alarm.cancel();
    server.closed(this, how);
  }
}

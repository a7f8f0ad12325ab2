package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.peer.Pulse;
import dev.tern.protocol.session.ClientCall.Stage;
import dev.tern.protocol.session.ClientEvent.Noted;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one connection, without the connection: calls, bytes and the present time go
 * in; frames and the ends of calls come out.
 *
 * <pre>
 *   send(call) ──▶ nextFrame(now): what to send
 *   receive(bytes) ─▶ nextEvent(): calls that have ended, each exactly once
 *   onTime(now) at wakeAt()
 * </pre>
 *
 * <p>Not thread-safe: all but {@link #state} runs in the connection's serial context.
 */
public final class ClientSession {

  /**
   * How far the connection has come.
   *
   * <pre>
   *   SILENT ──bytes──▶ HEARD ──rpc.goaway──▶ GOING_AWAY
   *   SILENT, HEARD ──idle or old──────────▶ GOING_AWAY
   *
   *   from each of them, and never back:
   *     ──close(), endOfInput(), the last call of GOING_AWAY has ended──▶ CLOSING
   *     ──bytes that are no message, or come back; a bare call that is given up──▶ BROKEN
   *   from each of all: ──disconnected()──▶ ENDED
   * </pre>
   */
  public enum State {
    /** Calls may be sent; the server has not sent a byte. */
    SILENT,
    /** Calls may be sent; the server has sent something, which may be anything. */
    HEARD,
    /** The server, or this side, wants no new calls; those that have left are finished. */
    GOING_AWAY,
    /** All calls have ended. What {@link #nextFrame} still gives is sent, then this side closes. */
    CLOSING,
    /** All calls have ended, and nothing is sent any more. */
    BROKEN,
    /** There is no connection any more. */
    ENDED;

    /** Whether new calls are welcome. */
    public boolean takesCalls() {
      return compareTo(GOING_AWAY) < 0;
    }

    /** Whether all calls have ended, and those to come end at once. */
    public boolean isOver() {
      return compareTo(CLOSING) >= 0;
    }
  }

  /** Of none of the calls, whose ids are numbers. */
  private static final Id PING = new Id.Text("ping");

  private static final Names NO_METHODS = Names.of();
  private static final Message.Response NOTIFIED =
      new Message.Response(null, Messages.NULL, null, ReplyMeta.NONE);

  /**
   * Of an error's details: where a call was that never left this process. Nothing of it was sent.
   */
  public static final String IN_QUEUE = "client_queue";

  /**
   * Of an error's details: a connection without TLS came to a port that speaks it. Nothing of what
   * it has brought was read.
   */
  public static final String BEFORE_TLS = "tls_handshake";

  private static final WireError NOTHING_READ =
      WireError.of(ErrorCode.UNSUPPORTED, "").withStage(BEFORE_TLS);

  private static final WireError EXPIRED_IN_QUEUE =
      WireError.of(ErrorCode.TIMEOUT, "the deadline passed before sending", Executed.NO)
          .withStage(IN_QUEUE);

  /** Of an error's details: the server was going away, and has said that the call did not run. */
  public static final String AT_A_SERVER_GOING_AWAY = "server_going_away";

  private static final String GOING_AWAY = "the connection takes no new calls";

  /** How the answer of a client ends. No server says this. */
  private static final String OFFERS_NONE = " (a client offers none)";

  private static final String ECHOES =
      "the peer sends back what it is sent: it echoes, or leads back here, and is no Tern server";

  private static final WireError TURNED_AWAY =
      WireError.of(ErrorCode.UNAVAILABLE, "the server is going away", Executed.NO)
          .withStage(AT_A_SERVER_GOING_AWAY);

  /** Below this many calls that ended in the queue, sweeping them out is not worth a walk. */
  private static final int SWEEP_AT_LEAST = 64;

  private final Dialect dialect;
  private final Limits limits;
  private final Compressions compressions;
  private final EnvelopeScanners scanners;
  private final FrameDecoder decoder;

  /** Sent, and not answered. */
  private final Map<Id, ClientCall> pending = new HashMap<>();

  private final DeadlineHeap<ClientCall> deadlines = new DeadlineHeap<>();
  private final ArrayDeque<ClientCall> queue = new ArrayDeque<>();

  /** Calls that wait for the others of their batch. */
  private final Set<ClientCall> held = new HashSet<>();

  private final ArrayDeque<Bytes> controlFrames = new ArrayDeque<>(1);
  private final ArrayDeque<ClientEvent> events = new ArrayDeque<>();

  /**
   * Frames that left and were not answered: expired, cancelled and notified ones included. A reply
   * that pairs with nothing does not lower it: better to doubt a verdict than to believe a wrong
   * one.
   */
  private long unanswered;

  private int endedInQueue;

  /** Null if this side says none, and once it is answered. */
  private @Nullable ClientHello hello;

  private final Lifetime lifetime;

  /** Set only where the connection shall not be kept for ever. */
  private final SessionTimers timers = new SessionTimers();

  /** Whether a call has come or ended since the timer of idle connections was set. */
  private boolean busy;

  /** Null before the server has announced that it answers pings. */
  private @Nullable Pulse pulse;

  /** As the server has said. Written in the serial context. */
  private volatile int serverFrameBytes = Limits.MAX_FRAME_BYTES;

  /** What the server has said that it reads, and this side has got. Written in the context. */
  private volatile @Nullable String requestCompression;

  /** Whether the server has answered the hello. Written in the serial context. */
  private volatile boolean greeted;

  private long heardNanos;
  private boolean gone;
  private boolean understood;

  /** Whether a call that was sent has been given up: its reply may still come. */
  private boolean mayBeLate;

  /** Written in the serial context. */
  private volatile State state = State.SILENT;

  /** A session before its first frame, which says no {@code rpc.hello}. */
  public ClientSession(Dialect dialect, Limits limits) {
    this(dialect, limits, Peer.STRANGER, Lifetime.ENDLESS, 0);
  }

  /** A session before its first frame that speaks JSON alone. */
  public ClientSession(Dialect dialect, Limits limits, Peer self, Lifetime lifetime, long now) {
    this(dialect, limits, Encodings.JSON_ONLY, Compressions.NONE, self, lifetime, now);
  }

  /**
   * A session before its first frame.
   *
   * @param encodings in which its calls may be encoded, and so their replies
   * @param compressions of replies; the session itself compresses nothing
   * @param self what this side says of itself behind its first call, in a dialect that has words
   *     for it
   * @param lifetime how long the connection is kept; its heartbeat is for a server that has
   *     announced that it answers pings
   * @param now the time of the connection's beginning
   */
  public ClientSession(
      Dialect dialect,
      Limits limits,
      Encodings encodings,
      Compressions compressions,
      Peer self,
      Lifetime lifetime,
      long now) {
    this.compressions = compressions;
    this.lifetime = lifetime;
    this.dialect = dialect;
    this.limits = limits;
    this.scanners = new EnvelopeScanners(encodings, limits, NO_METHODS);
    this.hello =
        dialect == Dialect.V1 && !self.equals(Peer.STRANGER) ? new ClientHello(self) : null;
    this.decoder =
        new FrameDecoder(limits.get(Bound.FRAME_BYTES), Limits.MAX_FRAME_BYTES, _ -> true);
    if (lifetime.idleNanos() > 0) {
      lookForIdlenessFrom(now);
    }
    if (lifetime.hasEnd()) {
      timers.set(SessionTimer.AGE, lifetime.untilNanos());
    }
  }

  private void lookForIdlenessFrom(long now) {
    busy = false;
    timers.set(SessionTimer.IDLE, now + lifetime.idleNanos());
  }

  /** Whether the server has not answered a ping: then nothing is worth sending any more. */
  public boolean isServerGone() {
    return gone;
  }

  /** A sign of life: bytes have come, or the server has taken some that had to wait. */
  public void heard(long now) {
    if (pulse != null) {
      pulse.heard(now);
    } else {
      heardNanos = now;
    }
  }

  /** How far it has come. Any thread. */
  public State state() {
    return state;
  }

  /** The longest frame that the server is known to read, in bytes. Any thread. */
  public int serverFrameBytes() {
    return serverFrameBytes;
  }

  /**
   * What a request may be compressed with: the best that the server has named in its hello, or
   * null. Any thread.
   */
  public @Nullable String requestCompression() {
    return requestCompression;
  }

  /** Whether the server has answered the hello, so that it has read it. Any thread. */
  public boolean isGreeted() {
    return greeted;
  }

  /** Whether the server has answered a call, so that it is one that speaks this protocol. */
  public boolean hasUnderstood() {
    return understood;
  }

  /**
   * Takes a call. Its frame waits until {@link #nextFrame} takes it; its end is an event. When no
   * calls are taken any more it ends at once, and has never left.
   */
  public void send(ClientCall call) {
    if (takes(call)) {
      queue.add(call);
    }
  }

  /** Whether a call may come in; one that may not ends at once. */
  private boolean takes(ClientCall call) {
    if (!state.takesCalls()) {
      lose(call, state.isOver() ? "the connection is closed" : GOING_AWAY);
      return false;
    }
    busy = true;
    deadlines.add(call);
    return true;
  }

  /**
   * Takes a call that will leave with others, by {@link #send(ClientBatch)}. Until then it is as
   * one that waits in the queue.
   */
  public void hold(ClientCall call) {
    if (takes(call)) {
      held.add(call);
    }
  }

  /** Takes all calls of a batch, which leave together. */
  public void sendAll(ClientBatch batch) {
    for (ClientCall call : batch.calls()) {
      call.leavesIn(batch);
      send(call);
    }
  }

  /** The calls of a batch that were held are complete: those that have not ended leave together. */
  public void send(ClientBatch batch) {
    for (ClientCall call : batch.calls()) {
      if (held.remove(call)) {
        call.leavesIn(batch);
        queue.add(call);
      }
    }
  }

  /**
   * The next frame to give to the transport, or null. From here on its call may have been executed,
   * so take no more than will be sent.
   */
  public @Nullable Bytes nextFrame(long now) {
    Bytes control = controlFrames.poll();
    if (control != null) {
      return control;
    }
    while (hasRoom(0)) {
      ClientCall call = nextCall(now);
      if (call != null) {
        ClientBatch batch = call.batch();
        return batch == null ? sent(call, now) : sent(call, batch, now);
      }
    }
    if (state == State.GOING_AWAY && pending.isEmpty() && queue.isEmpty()) {
      over(State.CLOSING, GOING_AWAY);
    }
    return null;
  }

  /** Whether a call waits that may be sent beside so many others. */
  private boolean hasRoom(int others) {
    return !queue.isEmpty() && pending.size() + others < limits.get(Bound.IN_FLIGHT);
  }

  /** The first call in the queue, unless it has ended, also by now. */
  private @Nullable ClientCall nextCall(long now) {
    ClientCall call = queue.remove();
    if (call.stage() == Stage.ENDED) {
      endedInQueue--;
      return null;
    }
    if (call.deadlineNanos() - now <= 0) {
      deadlines.remove(call);
      end(call, EXPIRED_IN_QUEUE);
      return null;
    }
    return call;
  }

  private Bytes sent(ClientCall call, long now) {
    Bytes frame = call.send(now);
    leaves(call, frame.length(), now);
    return frame;
  }

  /** The calls of one batch that are left, which stand one behind the other. */
  @SuppressWarnings("ReferenceEquality") // one batch is not another one
  private Bytes sent(ClientCall first, ClientBatch batch, long now) {
    List<ClientCall> left = new ArrayList<>();
    left.add(first);
    while (hasRoom(left.size()) && queue.element().batch() == batch) {
      ClientCall call = nextCall(now);
      if (call != null) {
        left.add(call);
      }
    }
    Bytes frame = batch.payloadOf(left);
    for (ClientCall call : left) {
      call.send(now);
      leaves(call, frame.length(), now);
    }
    return frame;
  }

  /** It may have been executed from here on. */
  private void leaves(ClientCall call, int length, long now) {
    unanswered++;
    if (hello != null && !hello.isSent()) {
      controlFrames.add(hello.sendBehind(call, length));
    }
    Id id = call.id();
    if (id == null) {
      deadlines.remove(call);
      answer(call, NOTIFIED);
    } else {
      if (pulse != null && pending.isEmpty() && !pulse.isWarm()) {
        pulse.heard(now); // it is waited for from now on
      }
      pending.put(id, call);
    }
  }

  /** Bytes arrived. */
  public void receive(byte[] bytes, int offset, int length) {
    if (state.isOver()) {
      return;
    }
    if (state == State.SILENT) {
      state = State.HEARD;
    }
    decoder.feed(bytes, offset, length);
    try {
      while (!state.isOver() && decoder.next()) {
        payload(decoder.payload(), decoder.offset(), decoder.length());
      }
    } catch (FramingException e) {
      note(Oddity.BAD_FRAME);
      fail("the peer sent what is no frame: " + e.getMessage());
    }
  }

  /** Time has come to {@link #wakeAt}. */
  public void onTime(long now) {
    for (ClientCall call; (call = deadlines.poll(now)) != null; ) {
      boolean sent = call.stage() == Stage.SENT;
      giveUp(call, sent ? unanswered() : EXPIRED_IN_QUEUE);
    }
    for (SessionTimer timer; (timer = timers.poll(now)) != null; ) {
      if (timer == SessionTimer.IDLE && (busy || !pending.isEmpty() || !queue.isEmpty())) {
        lookForIdlenessFrom(now);
      } else {
        goAway(); // as if the server had asked for it: so no call is lost
      }
    }
    Pulse known = pulse;
    if (known != null && isWaiting(known)) {
      look(known, now);
    }
  }

  private boolean isWaiting(Pulse known) {
    return !state.isOver() && (known.isWarm() || !pending.isEmpty());
  }

  private void look(Pulse known, long now) {
    switch (known.look(now)) {
      case FINE -> {}
      case ASK -> {
        events.add(Ping.SENT);
        controlFrames.add(Messages.ping(PING));
      }
      case GONE -> {
        gone = true;
        long millis = TimeUnit.NANOSECONDS.toMillis(known.silenceNanos(now));
        note(Oddity.DEAD_PEER);
        fail("the server is gone: nothing heard for " + millis + " ms, nor after a ping");
      }
    }
  }

  private WireError unanswered() {
    String silence =
        state == State.SILENT ? ", nor a byte on this connection: is this a Tern server?" : "";
    String message = "no reply before the deadline" + silence;
    return WireError.of(ErrorCode.TIMEOUT, message, Executed.MAYBE).withStage("waiting_for_reply");
  }

  /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} for never. */
  public long wakeAt() {
    long deadline = timers.earliest(deadlines.next());
    Pulse known = pulse;
    if (known == null || !isWaiting(known)) {
      return deadline;
    }
    long due = known.dueNanos();
    return deadline == Long.MAX_VALUE || due - deadline < 0 ? due : deadline;
  }

  /** The caller no longer wants this call: it ends as CANCELLED, and the server is told. */
  public void cancel(ClientCall call) {
    if (call.stage() != Stage.ENDED) {
      giveUp(call, WireError.of(ErrorCode.CANCELLED, "cancelled by the caller", call.verdict()));
    }
  }

  /**
   * This side closes: every call that still waits ends at once, with its verdict, and a server that
   * knows of cancelling is told that nobody waits. The frames that are left after this are the
   * last.
   */
  public void close(String reason) {
    if (dialect == Dialect.V1) {
      pending.keySet().forEach(id -> controlFrames.add(Messages.cancel(id)));
    }
    over(State.CLOSING, reason);
  }

  /** The server sends nothing more: every call that still waits ends at once, with its verdict. */
  public void endOfInput() {
    controlFrames.clear();
    over(State.CLOSING, "the server closed the connection");
  }

  /** The connection has ended: every call that still waits ends at once, with its verdict. */
  public void disconnected(String reason) {
    controlFrames.clear();
    over(State.ENDED, reason);
  }

  /** The next thing that happened, or null. */
  public @Nullable ClientEvent nextEvent() {
    return events.poll();
  }

  /** Calls that have left and wait for a reply. */
  public int inFlight() {
    return pending.size();
  }

  /** Calls whose frames have not been taken yet. */
  public int queued() {
    return queue.size();
  }

  private void payload(byte[] buffer, int offset, int length) {
    PayloadKind kind = PayloadKind.of(buffer, offset, length);
    EnvelopeScanner scanner = kind == null ? null : scanners.of(kind);
    if (kind != null && scanner != null) {
      if (decoder.skipped() == 0) {
        read(kind, scanner, buffer, offset, length, decoder.ownsPayload());
      } else {
        long whole = (long) length + decoder.skipped();
        cut(kind, scanner, buffer, offset, length, whole + " bytes");
      }
    } else if (kind != null && compressions.reads(kind.label())) {
      compressed(kind.label(), buffer, offset, length);
    } else {
      notAskedFor(kind);
    }
  }

  private void notAskedFor(@Nullable PayloadKind kind) {
    note(kind == null ? Oddity.UNREADABLE : Oddity.UNSUPPORTED_ENCODING);
    fail(
        kind == null
            ? "the peer sent what is no JSON object"
            : "the peer answered in an encoding that was not asked for: " + kind.label());
  }

  /** Any payload but another compressed one may be in it. */
  private void compressed(String label, byte[] buffer, int offset, int length) {
    if (decoder.skipped() > 0) { // what is in it is longer still, and nobody knows whose it is
      note(Oddity.BAD_FRAME);
      fail("the peer sent a compressed reply of over " + length + " bytes");
      return;
    }
    int frameBytes = limits.get(Bound.FRAME_BYTES);
    Bytes inner;
    boolean isWhole = true;
    try {
      inner = compressions.expandReply(label, buffer, offset, length, frameBytes);
    } catch (UnexpandableException e) {
      Bytes beginning = e.beginning();
      if (beginning == null) {
        note(Oddity.UNREADABLE);
        fail("the peer sent what is unreadable: " + e.getMessage());
        return;
      }
      inner = beginning;
      isWhole = false;
    }
    byte[] bytes = inner.array();
    int from = inner.from();
    int most = inner.length();
    PayloadKind kind = PayloadKind.of(bytes, from, most);
    EnvelopeScanner scanner = kind == null ? null : scanners.of(kind);
    if (kind == null || scanner == null) {
      notAskedFor(kind);
    } else if (isWhole) {
      read(kind, scanner, bytes, from, most, true);
    } else {
      cut(kind, scanner, bytes, from, most, "over " + most + " bytes when expanded");
    }
  }

  private void read(
      PayloadKind kind,
      EnvelopeScanner scanner,
      byte[] buffer,
      int offset,
      int length,
      boolean keeps) {
    if (kind.isBatch()) {
      batch(scanner, buffer, offset, length, keeps);
    } else {
      message(scanner, buffer, offset, length, keeps);
    }
  }

  private void batch(
      EnvelopeScanner scanner, byte[] buffer, int offset, int length, boolean keeps) {
    int most = limits.get(Bound.BATCH_ITEMS);
    List<Bytes> messages;
    try {
      messages = scanner.batched(buffer, offset, length, most);
    } catch (MalformedException e) {
      note(Oddity.UNREADABLE);
      fail("the peer sent what is unreadable: " + e.getMessage());
      return;
    }
    if (messages.isEmpty() || messages.size() > most) {
      note(Oddity.MALFORMED);
      String what = messages.isEmpty() ? "no messages" : "more than " + most + " messages";
      fail("the peer sent a batch of " + what + " (expected: 1 to " + most + ")");
      return;
    }
    for (Bytes message : messages) {
      if (!state.isOver()) {
        message(scanner, message.array(), message.from(), message.length(), keeps);
      }
    }
  }

  private void message(
      EnvelopeScanner scanner, byte[] payload, int offset, int length, boolean keeps) {
    Message message;
    try {
      message = scanner.scanReply(payload, offset, length, keeps);
    } catch (MalformedException e) {
      note(Oddity.UNREADABLE);
      fail("the peer sent what is unreadable: " + e.getMessage());
      return;
    }
    if (scanner.hasOddMeta()) {
      note(Oddity.BAD_META);
    }
    take(message);
  }

  /** Of a reply over the limit only the beginning is there. */
  private void cut(
      PayloadKind kind,
      EnvelopeScanner scanner,
      byte[] beginning,
      int offset,
      int most,
      String length) {
    String problem = "reply: " + length + " (expected: at most " + most + ")";
    if (kind.isBatch()) {
      cutBatch(problem);
      return;
    }
    take(scanner.scanCutReply(beginning, offset, most, problem));
  }

  /** Nobody reads where its messages end, so it must be known whose replies they are. */
  private void cutBatch(String problem) {
    note(Oddity.BAD_FRAME);
    List<ClientCall> calls =
        pending.values().stream().filter(call -> call.batch() != null).toList();
    if (calls.stream().map(ClientCall::batch).distinct().count() != 1) {
      fail("the peer sent too long a batch as " + problem);
      return;
    }
    WireError error = WireError.of(ErrorCode.TOO_LARGE, problem, Executed.MAYBE);
    for (ClientCall call : calls) {
      if (take(Objects.requireNonNull(call.id())) != null) {
        end(call, error);
      }
    }
  }

  private void take(Message message) {
    switch (message) {
      case Message.Response response -> response(response);
      case Message.Malformed malformed -> malformed(malformed);
      case Message.Request request -> request(request);
    }
  }

  private void response(Message.Response response) {
    Id id = response.id();
    if (id == null) {
      orphan(response);
      return;
    }
    if (response.error() != null && saysOffersNone(response.error())) {
      fail(ECHOES);
      return;
    }
    ClientCall call = take(id);
    if (call == null) {
      if (hello != null && id.equals(ClientHello.ID)) {
        greeted(response);
        return;
      }
      if (id.equals(PING)) {
        return; // that anything has come was what was asked for
      }
      understood |= mayBeLate;
      note(Oddity.LATE_REPLY);
      return;
    }
    WireError error = response.error();
    if (error != null && isTurnedAway(error)) {
      goAway(); // also where that has not been said yet
      end(call, TURNED_AWAY);
    } else {
      answer(call, response);
    }
  }

  private boolean isTurnedAway(WireError error) {
    return error.executed() == Executed.NO
        && error.code().equals(ErrorCode.UNAVAILABLE.name())
        && (state == State.GOING_AWAY || Arrays.equals(error.details(), TURNED_AWAY.details()));
  }

  /** The server has answered the hello: an error without an id that has come is a call's. */
  private void greeted(Message.@Nullable Response response) {
    ClientHello said = hello;
    hello = null;
    Peer server =
        response == null || response.error() != null
            ? Peer.STRANGER
            : Peer.of(response.result(), response.encoding());
    serverFrameBytes = server.frameBytes();
    requestCompression = compressions.best(server.compressions()::contains);
    greeted = response != null && response.error() == null;
    Heartbeat heartbeat = lifetime.heartbeat();
    if (server.heartbeatNanos() > 0 && heartbeat.timeoutNanos() > 0) {
      pulse =
          new Pulse(
              heartbeat.isOn() ? heartbeat : heartbeat.every(server.heartbeatNanos()), heardNanos);
    }
    Message.Response held = said == null ? null : said.held();
    if (held != null) {
      orphan(held);
    }
  }

  /**
   * An error that belongs to no request. If exactly one frame is unanswered it must be that one's;
   * otherwise nobody can tell whose it is, and all that wait may have run. While the hello is not
   * answered it may be that one's, too; then what comes next decides.
   */
  private void orphan(Message.Response response) {
    WireError error = response.error();
    if (error != null && ClientHello.isNamedBy(error)) {
      return; // such as that of a hello which the network has repeated
    }
    if (error != null && !understood && Arrays.equals(error.details(), NOTHING_READ.details())) {
      pending.values().forEach(deadlines::remove);
      pending.values().forEach(call -> answer(call, response));
      pending.clear();
      fail(error.message());
      return;
    }
    if (error != null && hello != null && hello.isSent() && hello.holds(response)) {
      return;
    }
    if (error != null && isOneFrame()) {
      for (Id id : List.copyOf(pending.keySet())) {
        ClientCall call = take(id);
        if (call != null) {
          answer(call, response);
        }
      }
      return;
    }
    note(Oddity.MALFORMED);
    fail(
        error == null
            ? "the peer answered without an id"
            : "the peer reported an error that belongs to no request: " + error.code());
  }

  /** Whether what has no answer are all calls of one frame: one call, or a whole batch. */
  @SuppressWarnings("ReferenceEquality") // one batch is not another one
  private boolean isOneFrame() {
    if (pending.isEmpty() || unanswered != pending.size()) {
      return false;
    }
    ClientBatch batch = pending.values().iterator().next().batch();
    return pending.size() == 1
        || (batch != null
            && batch.calls().size() == pending.size()
            && pending.values().stream().allMatch(call -> call.batch() == batch));
  }

  private void malformed(Message.Malformed malformed) {
    Id id = malformed.id();
    WireError error = malformed.error();
    boolean isCut = error.code().equals(ErrorCode.TOO_LARGE.name());
    note(isCut ? Oddity.BAD_FRAME : Oddity.MALFORMED);
    if (!malformed.isResponse()) {
      if (malformed.reply() && id != null && id != Id.Null.NULL) {
        reply(Messages.error(malformed.format(), id, error));
      }
      return;
    }
    String problem = "malformed reply: " + error.message();
    if (id == null) {
      fail("the peer sent a " + problem);
      return;
    }
    ClientCall call = take(id);
    if (call == null && hello != null && id.equals(ClientHello.ID)) {
      greeted(null);
    } else if (call != null) {
      end(call, isCut ? error : WireError.of(ErrorCode.INTERNAL, problem, error.executed()));
    }
  }

  /**
   * Servers may ask, too; this client answers pings and listens for goaway, where it has offered
   * that. Only clients say hello: it is its own that comes back, before an answer of its own does.
   */
  private void request(Message.Request request) {
    if (request.method().equals("rpc.hello")) {
      note(Oddity.WRONG_DIRECTION);
      fail(ECHOES);
      return;
    }
    boolean offered =
        switch (dialect == Dialect.V1 ? request.method() : "") {
          case "rpc.goaway" -> {
            goAway();
            yield true;
          }
          case "rpc.ping" -> {
            events.add(Ping.RECEIVED);
            yield true;
          }
          default -> {
            note(Oddity.WRONG_DIRECTION);
            yield false;
          }
        };
    if (!request.isNotification()) {
      reply(
          offered
              ? Messages.success(request.format(), request.id())
              : Messages.error(request.format(), request.id(), offersNo(request.method())));
    }
  }

  /** What has not left goes to another connection, as if it had never come to this one. */
  private void goAway() {
    if (state.takesCalls()) {
      state = State.GOING_AWAY;
      timers.clear();
      loseQueue(GOING_AWAY);
    }
  }

  private static WireError offersNo(String method) {
    String message = "no such method: " + method + OFFERS_NONE;
    return WireError.of(ErrorCode.METHOD_NOT_FOUND, message);
  }

  /** Whether it is what a client answers, such as this one, whose words come back as a reply. */
  private static boolean saysOffersNone(WireError error) {
    return error.code().equals(ErrorCode.METHOD_NOT_FOUND.name())
        && error.message().endsWith(OFFERS_NONE);
  }

  private void reply(Bytes frame) {
    if (controlFrames.size() >= limits.get(Bound.IN_FLIGHT)) {
      fail("the peer asks more than it reads");
    } else {
      controlFrames.add(frame);
    }
  }

  /** The pending call that a reply's id belongs to; it waits no more. */
  private @Nullable ClientCall take(Id id) {
    ClientCall call = pending.remove(id);
    if (call != null) {
      understood = true;
      unanswered--;
      deadlines.remove(call);
      if (unanswered == 0 && hello != null && hello.held() != null) {
        hello = null; // the error was the answer to it
      }
    }
    return call;
  }

  private void giveUp(ClientCall call, WireError error) {
    Id id = call.id();
    boolean sent = call.stage() == Stage.SENT;
    if (sent && id != null) {
      pending.remove(id);
      mayBeLate = true;
      if (dialect == Dialect.V1) {
        controlFrames.add(Messages.cancel(id));
      }
    }
    deadlines.remove(call);
    end(call, error);
    if (!sent) {
      if (!held.remove(call)) {
        sweep();
      }
    } else if (dialect == Dialect.BARE) {
      fail("the call was given up"); // bare cancels by closing
    }
  }

  /** Keeps the queue from filling with calls that ended while the transport stood still. */
  private void sweep() {
    if (++endedInQueue >= SWEEP_AT_LEAST && endedInQueue > queue.size() / 2) {
      queue.removeIf(call -> call.stage() == Stage.ENDED);
      endedInQueue = 0;
    }
  }

  private void answer(ClientCall call, Message.Response response) {
    busy = true;
    call.succeed(response);
    events.add(call);
  }

  private void end(ClientCall call, WireError error) {
    busy = true;
    call.fail(error);
    events.add(call);
  }

  /** Nothing more can be understood, or shall be said. */
  private void fail(String reason) {
    controlFrames.clear();
    over(State.BROKEN, reason);
  }

  /** The first of these ends all calls; after that only the connection's own end counts. */
  private void over(State next, String reason) {
    if (state.isOver()) {
      state = next == State.ENDED ? next : state;
      return;
    }
    state = next;
    timers.clear();
    decoder.release();
    if (unanswered == 1 && pending.size() == 1) {
      tellHeld(pending.values().iterator().next());
    }
    hello = null;
    pending.values().forEach(call -> lose(call, reason));
    pending.clear();
    loseQueue(reason);
  }

  private void tellHeld(ClientCall only) {
    Message.Response held = hello == null ? null : hello.asOf(only);
    Id id = only.id();
    if (held != null && id != null && take(id) != null) {
      answer(only, held);
    }
  }

  private void loseQueue(String reason) {
    queue.removeIf(call -> call.stage() == Stage.ENDED);
    queue.forEach(call -> lose(call, reason));
    queue.clear();
    endedInQueue = 0;
    held.forEach(call -> lose(call, reason));
    held.clear();
  }

  private void lose(ClientCall call, String reason) {
    deadlines.remove(call);
    WireError lost = WireError.of(ErrorCode.UNAVAILABLE, reason, call.verdict());
    end(call, call.stage() == Stage.QUEUED ? lost.withStage(IN_QUEUE) : lost);
  }

  private void note(Oddity oddity) {
    events.add(new Noted(oddity));
  }
}

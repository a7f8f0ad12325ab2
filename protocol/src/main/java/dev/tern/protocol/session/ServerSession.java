package dev.tern.protocol.session;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Oddity;
import dev.tern.protocol.WireError;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import dev.tern.protocol.envelope.Details;
import dev.tern.protocol.envelope.Encodings;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.IdReader;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.NoMessageException;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.peer.Pulse;
import dev.tern.protocol.session.ServerEvent.Rejected;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection, without the connection: bytes and the present time go in,
 * events and frames come out.
 *
 * <pre>
 *   receive(bytes, now) ──▶ nextEvent(): calls to run, calls to abandon
 *   complete(call, frame) ─▶ nextFrame(): what to send
 *   onTime(now) at wakeAt()  isDone(): close now
 * </pre>
 *
 * A session is OPEN. A server that closes makes it DRAINING: it reads on and refuses new calls at
 * once, until all that runs has been answered; if the peer has said that it obeys {@code
 * rpc.goaway}, until it has closed its end, so that no call of it is lost. The peer's end of input,
 * an error of framing, and a limit that closes make it FINISHING: nothing more is read, and what
 * was read is answered. Then it {@link #isDone}. Not thread-safe: all of it runs in the
 * connection's serial context.
 */
public final class ServerSession {

  private enum Phase {
    OPEN,
    DRAINING,
    FINISHING
  }

  private static final byte[] NOTHING = {};

  /** Of the one thing that a server asks. */
  private static final Id PING = new Id.Text("ping");

  /**
   * How long a server that closes waits for the first call of a peer that has just connected: ample
   * for a frame that is on its way.
   */
  private static final long FIRST_CALL_NANOS = 1_000_000_000;

  /** How long a peer that was told to go has to do so at least, before it is taken for deaf. */
  private static final long OBEY_NANOS = 30_000_000_000L;

  /** What this server speaks and remembers, and how it is: answered by its owner. */
  private static final Set<String> ALSO_WHILE_CLOSING = Set.of("rpc.hello", "rpc.health");

  private final Limits limits;
  private final Lifetime lifetime;
  private final Encodings encodings;
  private final Compressions compressions;
  private final IntPredicate room;
  private final EnvelopeScanners scanners;
  private final FrameDecoder decoder;
  private final TokenBucket idleCancels;
  private final TokenBucket errors;
  private final TokenBucket controls;

  private final ServerOutput output = new ServerOutput();
  private final ServerCalls calls;

  private final SessionTimers timers = new SessionTimers();

  private Phase phase = Phase.OPEN;
  private Peer peer = Peer.STRANGER;

  /** The compressions that the peer has named in its hello. Written in the serial context. */
  private volatile List<String> namedCompressions = List.of();

  /** Those that it has sent itself. Written in the serial context. */
  private volatile List<String> sentCompressions = List.of();

  /** Whether the peer shall send nothing new here, as soon as it has said that it can be told. */
  private boolean shallGo;

  /** Whether it has been told. */
  private boolean toldToGo;

  /** Whether anything but a sign of life has come, or a call has ended, since IDLE was set. */
  private boolean busy;

  /** Whether it was before the payload that is being read. */
  private boolean wasBusy;

  /** Null for a peer that has not said that it answers pings. */
  private @Nullable Pulse pulse;

  private boolean gone;

  /** Whether this side does not read just now: then the peer's silence is none. */
  private boolean paused;

  /** While paused: when the peer is next told that this side lives. */
  private long signNanos;

  private int unreadable;

  /** Whether the payload that is being read is a mistake which belongs to no call. */
  private boolean isNobodys;

  /** An error that belongs to no request, to be sent when everything has been answered. */
  private @Nullable Bytes lastWord;

  /** A session before its first byte that speaks JSON alone. */
  public ServerSession(
      Limits limits, Names methods, Lifetime lifetime, IntPredicate room, long now) {
    this(limits, Encodings.JSON_ONLY, Compressions.NONE, methods, lifetime, room, now);
  }

  /**
   * A session before its first byte.
   *
   * @param encodings what is read; a reply is in the encoding of its request
   * @param compressions what is expanded; the session itself compresses nothing
   * @param methods the names that are served, to be found without allocation
   * @param lifetime how long the connection is kept
   * @param room whether so many bytes more may be held: for a frame of which a fair part has come,
   *     where a false makes that frame slower, no more; and for what comes out of a compressed
   *     payload, which is refused then
   * @param now the time of the connection's beginning
   */
  public ServerSession(
      Limits limits,
      Encodings encodings,
      Compressions compressions,
      Names methods,
      Lifetime lifetime,
      IntPredicate room,
      long now) {
    this.limits = limits;
    this.lifetime = lifetime;
    this.calls = new ServerCalls(limits, output, this::gathered);
    this.encodings = encodings;
    this.compressions = compressions;
    this.room = room;
    this.scanners = new EnvelopeScanners(encodings, limits, methods);
    int frameBytes = limits.get(Bound.FRAME_BYTES);
    this.decoder = new FrameDecoder(frameBytes, frameBytes, room);
    this.idleCancels = bucket(Bound.CANCEL_BURST, Bound.CANCELS_PER_SECOND, now);
    this.errors = bucket(Bound.ERROR_BURST, Bound.ERRORS_PER_SECOND, now);
    this.controls = bucket(Bound.CONTROL_BURST, Bound.CONTROLS_PER_SECOND, now);
    timers.set(SessionTimer.FIRST_FRAME, now + limits.nanos(Bound.FIRST_FRAME_MILLIS));
    if (lifetime.idleNanos() > 0) {
      lookForIdlenessFrom(now);
    }
    if (lifetime.hasEnd()) {
      timers.set(SessionTimer.AGE, lifetime.untilNanos());
    }
  }

  private TokenBucket bucket(Bound burst, Bound perSecond, long now) {
    return new TokenBucket(limits.get(burst), limits.get(perSecond), now);
  }

  /** Bytes arrived. Once it {@link #isFinishing} they are ignored. */
  public void receive(byte[] bytes, int offset, int length, long now) {
    if (isFinishing()) {
      return;
    }
    decoder.feed(bytes, offset, length);
    heard(now);
    boolean anyFrame = false;
    try {
      while (!isFinishing() && decoder.next()) {
        anyFrame = true;
        payload(decoder.payload(), decoder.offset(), decoder.length(), now);
        if (isNobodys) { // after its answer: an error that ends the connection comes last
          isNobodys = false;
          countError(now);
        }
      }
    } catch (FramingException e) {
      byte[] prefix = ByteBuffer.allocate(Integer.BYTES).putInt((int) e.announced()).array();
      finish(Oddity.BAD_FRAME, e.toWireError(), e.announced(), prefix);
    }
    if (anyFrame) {
      frameCame(now);
    }
    if (decoder.isMidFrame() && !timers.isSet(SessionTimer.FRAME)) {
      timers.set(SessionTimer.FRAME, now + limits.nanos(Bound.FRAME_MILLIS));
    }
    settle();
  }

  private void frameCame(long now) {
    if (lifetime.idleNanos() > 0 && timers.isSet(SessionTimer.FIRST_FRAME) && !isFinishing()) {
      lookForIdlenessFrom(now);
    }
    timers.clear(SessionTimer.FIRST_FRAME);
    timers.clear(SessionTimer.FRAME);
    timers.clear(SessionTimer.DRAIN);
  }

  private void lookForIdlenessFrom(long now) {
    busy = false;
    timers.set(SessionTimer.IDLE, now + (toldToGo ? obeyNanos() : lifetime.idleNanos()));
  }

  private long obeyNanos() {
    return Math.max(lifetime.idleNanos(), OBEY_NANOS);
  }

  /** A sign of life: bytes have come, or the peer has taken some that had to wait. */
  public void heard(long now) {
    if (pulse != null) {
      pulse.heard(now);
    }
  }

  /** This side stops reading, or goes on. */
  public void paused(boolean now, long instant) {
    paused = now;
    signNanos = instant + signEveryNanos();
    heard(instant);
  }

  /**
   * As often as the peer, which hears no answer to its pings meanwhile, wants to hear something.
   */
  private long signEveryNanos() {
    long own = lifetime.heartbeat().intervalNanos();
    long wanted = peer.heartbeatNanos();
    return wanted > 0 && wanted < own ? wanted : own;
  }

  /** Whether the peer has not answered a ping: then nothing is worth sending any more. */
  public boolean isPeerGone() {
    return gone;
  }

  /** The peer has shut down its output: what was read is finished and answered. */
  public void endOfInput() {
    if (decoder.isMidFrame()) {
      output.note(Oddity.CUT_FRAME);
    }
    finish(null);
    settle();
  }

  /**
   * The server closes: from here on a new call is refused as not executed. When all others have
   * been answered, nothing more is read; but from a peer that was told to go, until it has gone.
   */
  public void drain(long now) {
    if (phase == Phase.OPEN) {
      phase = Phase.DRAINING;
      goAway(now);
      if (timers.isSet(SessionTimer.FIRST_FRAME)) { // its first call may be on its way
        timers.set(SessionTimer.DRAIN, now + FIRST_CALL_NANOS);
      }
      settle();
    }
  }

  /** The server waits no longer: what has no answer is answered as it stands. */
  public void cutOff() {
    if (phase != Phase.FINISHING || !calls.allAnswered()) {
      finish(null);
      calls.cutOff();
      settle();
    }
  }

  /**
   * Tells the peer to send nothing new here, if it wants to be told. From then on it is waited for.
   */
  private void goAway(long now) {
    shallGo = true;
    if (peer.takesGoAway() && !toldToGo) {
      toldToGo = true;
      output.send(Messages.goAway());
      if (calls.allAnswered()) {
        heard(now); // its silence before counts for nothing: nobody waited
      }
    }
  }

  /** The connection is gone: nobody waits for anything any more. */
  public void disconnected() {
    finish(null);
    lastWord = null;
    calls.abandonAll();
    output.dropFrames();
  }

  /** Time has come to {@link #wakeAt}. */
  public void onTime(long now) {
    calls.expire(now);
    for (SessionTimer timer; (timer = timers.poll(now)) != null; ) {
      switch (timer) {
        case FIRST_FRAME -> firstFrameIsLate();
        case FRAME -> cutFrame();
        case DRAIN -> finish(null);
        case IDLE -> lookWhetherIdle(now);
        case AGE -> goAway(now);
      }
    }
    Pulse known = pulse;
    if (known != null) {
      look(known, now);
    }
    settle();
  }

  private void lookWhetherIdle(long now) {
    if (busy || decoder.isMidFrame() || !calls.allAnswered()) { // a frame has a time of its own
      lookForIdlenessFrom(now);
    } else {
      leave(now);
    }
  }

  /** A peer that can be told closes by itself, so that none of its calls is lost on the way. */
  private void leave(long now) {
    if (peer.takesGoAway() && !toldToGo) {
      goAway(now);
      lookForIdlenessFrom(now);
    } else {
      finish(null);
    }
  }

  /**
   * Others wait for the place that this connection takes, on which nothing has come for a while: if
   * none of its calls runs it is left, as if it had been idle for too long. A frame that has begun
   * keeps no place: two bytes of a length would do for that.
   *
   * @return whether it is, and was not before
   */
  public boolean giveWay(long now) {
    if (phase != Phase.OPEN || toldToGo || !calls.allAnswered()) {
      return false;
    }
    leave(now);
    settle();
    return true;
  }

  private void look(Pulse known, long now) {
    if (paused) {
      if (now - signNanos >= 0) {
        signNanos = now + signEveryNanos();
        ping(null);
      }
      return;
    }
    if (!isWaiting(known)) {
      return;
    }
    switch (known.look(now)) {
      case FINE -> {}
      case ASK -> ping(PING);
      case GONE -> {
        gone = true;
        output.note(Oddity.DEAD_PEER);
        disconnected();
      }
    }
  }

  private void ping(@Nullable Id id) {
    output.tell(Ping.SENT);
    output.send(Messages.ping(id));
  }

  private boolean isWaiting(Pulse known) {
    return !isFinishing() && (known.isWarm() || toldToGo || !calls.allAnswered());
  }

  /** When the peer's silence is to be looked at; {@link Long#MAX_VALUE} for never. */
  private long pulseNanos() {
    Pulse known = pulse;
    if (known == null || isFinishing()) {
      return Long.MAX_VALUE;
    }
    if (paused) {
      return signNanos;
    }
    return isWaiting(known) ? known.dueNanos() : Long.MAX_VALUE;
  }

  private void firstFrameIsLate() {
    if (decoder.isMidFrame()) {
      cutFrame();
    } else {
      output.note(Oddity.SILENT_PEER);
      finish(null);
    }
  }

  private void cutFrame() {
    byte[] beginning = decoder.begun(Rejected.BEGINNING_BYTES);
    finish(Oddity.CUT_FRAME, SessionErrors.CUT_FRAME, decoder.announced(), beginning);
  }

  /** When {@link #onTime} is wanted next; {@link Long#MAX_VALUE} for never. */
  public long wakeAt() {
    long deadline = timers.earliest(calls.nextDeadline());
    long pulseNanos = pulseNanos();
    boolean isPulseFirst =
        pulseNanos != Long.MAX_VALUE && (deadline == Long.MAX_VALUE || pulseNanos - deadline < 0);
    return isPulseFirst ? pulseNanos : deadline;
  }

  /**
   * The handler of a call has returned. Its slot is free now, whether or not the reply still
   * counts.
   *
   * @param frame the reply from {@link ServerCall#success} or {@link ServerCall#failure}; null for
   *     a notification, and for a call that ends without a reply
   */
  public void complete(ServerCall call, @Nullable Bytes frame) {
    busy = true;
    calls.complete(call, frame);
    settle();
  }

  /**
   * The peer's software has made a mistake. One that belongs to a call is the caller's and does not
   * count: others may call over the same connection.
   */
  private void countError(long now) {
    if (!errors.take(now) && !isFinishing()) {
      finish(Oddity.TOO_MANY_ERRORS, SessionErrors.TOO_MANY_ERRORS, 0, NOTHING);
    }
  }

  /** The next thing that happened, or null. */
  public @Nullable ServerEvent nextEvent() {
    return output.nextEvent();
  }

  /** The next frame to send, or null. */
  public @Nullable Bytes nextFrame() {
    return output.nextFrame();
  }

  /** Calls whose handlers have not returned. */
  public int inFlight() {
    return calls.inFlight();
  }

  /** Memory held for an unfinished frame and for the calls in flight, in bytes. */
  public long heldBytes() {
    return decoder.heldBytes() + calls.heldBytes();
  }

  /** The part of it that is replies which wait for others of their batch. */
  public long gatheredBytes() {
    return calls.gatheredBytes();
  }

  /**
   * What reading on makes more of before any of it can be used, in bytes: an unfinished frame, in
   * the length that it shall have unless it was granted all of that, and what waits for the bare
   * call that runs.
   */
  public long backlogBytes() {
    return (decoder.hasAllRoom() ? 0 : decoder.announced()) + calls.waitingBytes();
  }

  /** Whether nothing more is read. */
  public boolean isFinishing() {
    return phase == Phase.FINISHING;
  }

  /** Whether everything that was read has been answered after {@link #isFinishing}: close now. */
  public boolean isDone() {
    return isFinishing() && calls.allAnswered() && lastWord == null;
  }

  private void payload(byte[] buffer, int offset, int length, long now) {
    wasBusy = busy;
    busy = true;
    PayloadKind kind = PayloadKind.of(buffer, offset, length);
    if (kind == null) {
      unreadable("the payload begins like no encoding (expected: a JSON object)");
      return;
    }
    EnvelopeScanner scanner = scanners.of(kind);
    if (scanner != null) {
      read(kind, scanner, buffer, offset, length, decoder.ownsPayload(), now);
    } else if (kind.isCompressed() && compressions.reads(kind.label())) {
      compressed(kind.label(), buffer, offset, length, now);
    } else {
      answer(Oddity.UNSUPPORTED_ENCODING, null, unsupported(kind));
    }
  }

  /** Any payload but another compressed one may be in it. */
  private void compressed(String label, byte[] buffer, int offset, int length, long now) {
    Bytes inner;
    try {
      inner =
          compressions.expand(label, buffer, offset, length, limits.get(Bound.FRAME_BYTES), room);
    } catch (UnexpandableException e) {
      unexpandable(e);
      return;
    }
    if (!sentCompressions.contains(label)) {
      List<String> sent = new ArrayList<>(sentCompressions);
      sent.add(label);
      sentCompressions = List.copyOf(sent);
    }
    byte[] bytes = inner.array();
    PayloadKind kind = PayloadKind.of(bytes, inner.from(), inner.length());
    EnvelopeScanner scanner = kind == null ? null : scanners.of(kind);
    if (kind != null && scanner != null) {
      read(kind, scanner, bytes, inner.from(), inner.length(), true, now);
    } else if (kind == null) {
      unreadable(label + ": what is in it begins like no encoding (expected: a JSON object)");
    } else if (kind.isCompressed()) {
      unreadable(label + ": " + kind.label() + " is in it (expected: one compression)");
    } else {
      answer(Oddity.UNSUPPORTED_ENCODING, null, unsupported(kind));
    }
  }

  private void unexpandable(UnexpandableException e) {
    String message = String.valueOf(e.getMessage());
    if (e.code() == ErrorCode.PARSE_ERROR) {
      unreadable(message);
      return;
    }
    WireError error = WireError.of(e.code(), message);
    boolean isForNow = e.code() == ErrorCode.SERVER_BUSY;
    answer(Oddity.UNREADABLE, null, isForNow ? error.withDetails(SessionErrors.RETRY_SOON) : error);
  }

  private void read(
      PayloadKind kind,
      EnvelopeScanner scanner,
      byte[] buffer,
      int offset,
      int length,
      boolean keeps,
      long now) {
    try {
      if (kind.isBatch()) {
        batch(scanner, Bytes.of(buffer, offset, offset + length), keeps, now);
      } else {
        message(scanner.scan(buffer, offset, length, keeps), length, now);
      }
    } catch (MalformedException e) {
      unreadable(String.valueOf(e.getMessage()));
    }
  }

  /** All of it is read before any of it begins: if that is malformed, nothing has run. */
  private void batch(EnvelopeScanner scanner, Bytes payload, boolean keeps, long now) {
    int most = limits.get(Bound.BATCH_ITEMS);
    List<Bytes> parts = scanner.batched(payload.array(), payload.from(), payload.length(), most);
    if (parts.isEmpty()) {
      answer(Oddity.MALFORMED, null, SessionErrors.EMPTY_BATCH);
      return;
    }
    int mostBytes = Math.min(limits.get(Bound.FRAME_BYTES), peer.frameBytes());
    if (parts.size() > most || !Batch.fits(parts.size(), mostBytes)) {
      answer(Oddity.MALFORMED, null, SessionErrors.batchTooLong(parts.size(), most, mostBytes));
      return;
    }
    List<Message> messages = new ArrayList<>(parts.size());
    for (Bytes part : parts) {
      messages.add(scanBatched(scanner, part, keeps));
    }
    calls.beginBatch(scanner.encoding(), mostBytes);
    for (int i = 0; i < messages.size(); i++) {
      message(messages.get(i), parts.get(i).length(), now);
      if (isNobodys) {
        isNobodys = false;
        countError(now);
      }
    }
    calls.endBatch();
  }

  /** What is no message spoils no other one. */
  private static Message scanBatched(EnvelopeScanner scanner, Bytes part, boolean keeps) {
    try {
      return scanner.scan(part.array(), part.from(), part.length(), keeps);
    } catch (NoMessageException e) {
      WireError error = WireError.of(e.code(), String.valueOf(e.getMessage()));
      WireFormat format = new WireFormat(Dialect.JSONRPC, scanner.encoding());
      return new Message.Malformed(format, null, false, true, error);
    }
  }

  private void message(Message message, int length, long now) {
    switch (message) {
      case Message.Request request -> request(request, length, now);
      case Message.Response response -> {
        if (pulse != null && PING.equals(response.id())) {
          busy = wasBusy; // to answer what this side has asked is no use of the connection
        } else {
          isNobodys = true;
          reject(Oddity.WRONG_DIRECTION, null, null);
        }
      }
      case Message.Malformed malformed -> malformed(malformed);
    }
  }

  private WireError unsupported(PayloadKind kind) {
    List<String> read = compressions.labels();
    boolean isOtherCompression = kind.isCompressed() && !read.isEmpty();
    String what = isOtherCompression ? "compression" : "encoding";
    String spoken = String.join(", ", isOtherCompression ? read : encodings.labels());
    String message = what + ": " + kind.label() + " (expected: " + spoken + ")";
    return WireError.of(ErrorCode.UNSUPPORTED, message)
        .withDetails(Details.encodings(encodings, read));
  }

  /**
   * What a reply to this request may be compressed with: the best that the peer has shown to read,
   * or null. A bare peer shows that by sending it, as it says nothing else of itself. Any thread.
   */
  public @Nullable String replyCompression(Message.Request request) {
    boolean isBare = request.dialect() == Dialect.BARE;
    return replyCompression(isBare, request.meta().get(Meta.ACCEPT));
  }

  private @Nullable String replyCompression(boolean isBare, @Nullable List<String> accepted) {
    List<String> sent = sentCompressions;
    List<String> named = isBare ? List.of() : namedCompressions;
    return compressions.best(
        label ->
            sent.contains(label)
                || named.contains(label)
                || (accepted != null && accepted.contains(label)));
  }

  private void gathered(Batch batch, Bytes replies) {
    String label =
        batch.mayBeCompressed() ? replyCompression(batch.isBare(), batch.accepted()) : null;
    if (label == null) {
      calls.sendReplies(batch, replies);
    } else {
      output.tell(
          new ServerEvent.Gathered(replies, label, payload -> calls.sendReplies(batch, payload)));
    }
  }

  /** Sends the replies to a batch, compressed or as they were. */
  public void send(ServerEvent.Gathered gathered, Bytes payload) {
    gathered.sender.accept(payload);
    settle();
  }

  private void unreadable(String message) {
    answer(Oddity.UNREADABLE, null, WireError.of(ErrorCode.PARSE_ERROR, message));
    if (++unreadable >= limits.get(Bound.UNREADABLE_PAYLOADS)) {
      finish(null);
    }
  }

  private void malformed(Message.Malformed malformed) {
    if (malformed.isResponse()) {
      isNobodys = true;
      reject(Oddity.WRONG_DIRECTION, malformed.dialect(), null);
      return;
    }
    Dialect dialect = malformed.dialect();
    WireError error = malformed.error();
    Id id = malformed.id();
    if (id == null && malformed.reply()) {
      answer(Oddity.MALFORMED, dialect, error);
      return;
    }
    isNobodys = id == Id.Null.NULL;
    reject(Oddity.MALFORMED, dialect, error.code());
    if (id != null && id != Id.Null.NULL && calls.isTaken(id)) {
      inFlightAlready(id, dialect);
    } else if (malformed.reply()) {
      forgiveCancel(id);
      calls.reply(malformed.format(), id, Messages.error(malformed.format(), id, error));
    }
  }

  private void request(Message.Request request, int bytes, long now) {
    Id id = request.id() == Id.Null.NULL ? null : request.id();
    if (id != null && calls.isTaken(id)) {
      inFlightAlready(id, request.dialect());
      return;
    }
    if (request.method().startsWith("rpc.") && control(request, now)) {
      return;
    }
    forgiveCancel(id);
    if (phase == Phase.DRAINING && !ALSO_WHILE_CLOSING.contains(request.method())) {
      calls.refuse(request, SessionErrors.SHUTTING_DOWN, now);
    } else {
      calls.begin(request, bytes, now);
    }
  }

  /** One cancel a call may always cross its reply: thousands time out at once. */
  private void forgiveCancel(@Nullable Id id) {
    if (id != null) {
      idleCancels.grant();
    }
  }

  /** Calls of the protocol itself that concern this connection; false for those that do not. */
  private boolean control(Message.Request request, long now) {
    if (!request.method().equals("rpc.cancel") && !controls.take(now)) {
      output.note(Oddity.TOO_MANY_CONTROLS);
      goAway(now); // who obeys that is no worse off elsewhere
      forgiveCancel(request.id());
      calls.refuse(request, SessionErrors.TOO_MANY_CONTROLS, now);
      return true;
    }
    switch (request.method()) {
      case "rpc.ping" -> {
        output.tell(Ping.RECEIVED);
        forgiveCancel(request.id());
        calls.answer(request);
      }
      case "rpc.cancel" -> {
        cancel(request, now);
        calls.answer(request);
      }
      case "rpc.hello" -> {
        if (calls.isInBatch()) { // what it says holds for all that comes behind it
          calls.refuse(request, SessionErrors.HELLO_IN_A_BATCH, now);
          return true;
        }
        greeted(request, now);
        return false; // its owner knows what to answer
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Other dialects have no words for what a server may say unasked; a reply they can compress. */
  private void greeted(Message.Request hello, long now) {
    Peer said = Peer.of(hello.params(), hello.encoding());
    namedCompressions = said.compressions();
    if (hello.dialect() == Dialect.V1) {
      peer = said;
      Heartbeat heartbeat = lifetime.heartbeat();
      if (pulse == null && peer.takesPings() && heartbeat.isOn()) {
        pulse = new Pulse(heartbeat, now);
      }
      if (shallGo) {
        goAway(now);
      }
    }
  }

  private void cancel(Message.Request request, long now) {
    Bytes params = request.params();
    Id id = params == null ? null : IdReader.memberOf(params, request.encoding(), limits);
    ServerCall call = id == null ? null : calls.find(id);
    if (call == null || !call.cancel()) {
      if (idleCancels.take(now)) {
        output.note(Oddity.IDLE_CANCEL);
      } else {
        reject(Oddity.IDLE_CANCEL, null, ErrorCode.BAD_REQUEST.name());
        finish(SessionErrors.TOO_MANY_CANCELS);
      }
      return;
    }
    calls.cancel(call);
  }

  private void inFlightAlready(Id id, Dialect dialect) {
    WireError error =
        WireError.of(ErrorCode.BAD_REQUEST, "id: already in flight on this connection");
    answer(Oddity.ID_IN_FLIGHT, dialect, error.withDetails(Messages.idMember(id)));
  }

  /** Tells of the payload that is being read, and answers it with an error without a request. */
  private void answer(Oddity oddity, @Nullable Dialect dialect, WireError error) {
    isNobodys = true;
    reject(oddity, dialect, error.code());
    calls.replyToNone(error);
  }

  /** Tells of the payload that is being read, which is an error of the peer's. */
  private void reject(Oddity oddity, @Nullable Dialect dialect, @Nullable String code) {
    int from = decoder.offset();
    int length = decoder.length();
    int end = from + Math.min(length, Rejected.BEGINNING_BYTES);
    byte[] beginning = Arrays.copyOfRange(decoder.payload(), from, end);
    output.tell(new Rejected(oddity, dialect, code, length, beginning));
  }

  /** Tells of what ends the connection, and reads nothing more. */
  private void finish(Oddity oddity, WireError last, long length, byte[] beginning) {
    output.tell(new Rejected(oddity, null, last.code(), length, beginning));
    finish(last);
  }

  /** Reads nothing more. Whoever calls this also calls {@link #settle}, once it is done. */
  private void finish(@Nullable WireError last) {
    if (!isFinishing()) {
      phase = Phase.FINISHING;
      decoder.release();
      timers.clear();
      lastWord = last == null ? null : Messages.errorWithoutRequest(last);
    }
  }

  private boolean waitsForPeer() {
    return switch (phase) {
      case OPEN -> true;
      case DRAINING -> toldToGo || timers.isSet(SessionTimer.DRAIN);
      case FINISHING -> false;
    };
  }

  /** Looks whether everything has been answered, which ends a drain and lets the last word out. */
  private void settle() {
    if (!waitsForPeer() && calls.allAnswered()) {
      finish(null);
      output.send(lastWord);
      lastWord = null;
    }
  }
}

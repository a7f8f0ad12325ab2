package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.peer.Peer;
import dev.tern.protocol.session.ClientSession.State;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSessionTest {
  private static final long SEED = 11;

  /** Near the end of the clock: only differences may be compared. */
  private static final long START = Long.MAX_VALUE - 50;

  private static final long LATE = START + Duration.ofSeconds(10).toNanos();

  private final ClientSession session = new ClientSession(Dialect.V1, Limits.DEFAULT);

  // --- pairing ---

  @Test
  void repliesPairInAnyOrder() {
    List<ClientCall> calls = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      calls.add(sent(session, call(i)));
    }
    List<ClientCall> shuffled = new ArrayList<>(calls);
    Collections.shuffle(shuffled, new Random(SEED));
    for (ClientCall call : shuffled) {
      receive(session, "{\"id\":" + call.id() + ",\"ok\":true,\"result\":" + call.id() + "}");
      assertThat(events(session)).containsExactly(call.id() + " ended");
      assertThat(result(call)).isEqualTo(call.id().toString());
    }
    assertThat(session.inFlight()).isZero();
    assertThat(session.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aReplyMayBeCutAnywhere() {
    ClientCall call = sent(session, call(1));
    byte[] frame = framed("{\"id\":1,\"ok\":true,\"result\":3}");
    for (byte b : frame) {
      assertThat(session.inFlight()).isEqualTo(1);
      session.receive(new byte[] {0, b, 0}, 1, 1);
    }
    assertThat(result(call)).isEqualTo("3");
  }

  @Test
  void anErrorIsTheServersWord() {
    ClientCall call = sent(session, call(1));
    receive(
        session,
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"OUT_OF_STOCK\",\"message\":\"none\","
            + "\"executed\":\"yes\"}}");
    assertThat(outcome(call)).isEqualTo("peer: OUT_OF_STOCK yes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":2,\"ok\":true,\"result\":3}",
        "{\"id\":\"1\",\"ok\":true,\"result\":3}",
        "{\"id\":0,\"ok\":true,\"result\":3}",
        "{\"id\":-1,\"ok\":true,\"result\":3}",
        "{\"id\":18446744073709551615,\"ok\":true,\"result\":3}"
      })
  void aReplyForAnUnknownIdIsDroppedAndCounted(String reply) {
    sent(session, call(1));
    receive(session, reply);
    assertThat(events(session)).containsExactly("LATE_REPLY");
    assertThat(session.inFlight()).isEqualTo(1);
    assertThat(session.state().isOver()).isFalse();
    assertThat(session.hasUnderstood()).isFalse();
  }

  /** Whoever says only such things is no server: a client that comes again and again slows down. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"method\":\"rpc.goaway\",\"meta\":{}}",
        "{\"method\":\"hello\",\"meta\":{}}",
        "{\"ok\":true,\"result\":1}"
      })
  void whatAnswersNoCallIsNotUnderstood(String message) {
    sent(session, call(1));
    sent(session, call(2));
    receive(session, message);
    assertThat(session.hasUnderstood()).isFalse();
  }

  @Test
  void aReplyThatComesTooLateIsUnderstood() {
    sent(session, call(1));
    session.onTime(LATE);
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(session.hasUnderstood()).isTrue();
  }

  @Test
  void aSecondReplyIsDroppedAndCounted() {
    ClientCall call = sent(session, call(1));
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    receive(session, "{\"id\":1,\"ok\":true,\"result\":4}");
    assertThat(events(session)).containsExactly("1 ended", "LATE_REPLY");
    assertThat(result(call)).isEqualTo("3");
    assertThat(session.hasUnderstood()).isTrue();
  }

  @Test
  void aReplyAfterTheDeadlineIsDroppedAndCounted() {
    ClientCall call = sent(session, call(1));
    receive(session, "{\"method\":\"rpc.ping\",\"meta\":{}}");
    session.onTime(LATE);
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(events(session)).containsExactly("ping RECEIVED", "1 ended", "LATE_REPLY");
    assertThat(outcome(call)).isEqualTo("TIMEOUT maybe {\"stage\":\"waiting_for_reply\"}");
  }

  // --- what the state says ---

  @Test
  void aTimeoutSaysWhetherTheServerWasEverHeard() {
    ClientCall unheard = sent(session, call(1));
    session.onTime(LATE);
    assertThat(reason(unheard)).contains("nor a byte on this connection");

    ClientCall heard = sent(session, call(2));
    receive(session, "{\"method\":\"rpc.ping\",\"meta\":{}}");
    session.onTime(LATE);
    assertThat(reason(heard)).isEqualTo("no reply before the deadline");
  }

  @Test
  void theFirstByteIsHeard() {
    assertThat(session.state()).isEqualTo(State.SILENT);
    session.receive(new byte[] {0}, 0, 1);
    assertThat(session.state()).isEqualTo(State.HEARD);
    assertThat(session.state().takesCalls()).isTrue();
  }

  @Test
  void noStateButTheEndFollowsUponAnEnd() {
    session.endOfInput();
    assertThat(session.state()).isEqualTo(State.CLOSING);
    session.close("closed");
    receive(session, "x");
    assertThat(session.state()).isEqualTo(State.CLOSING);
    session.disconnected("gone");
    session.close("closed");
    session.endOfInput();
    assertThat(session.state()).isEqualTo(State.ENDED);
  }

  // --- malformed replies ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"ok\":true,\"result\":3,\"error\":{\"code\":\"X\",\"message\":\"\"}}",
        "{\"id\":1,\"ok\":true}",
        "{\"id\":1,\"ok\":false}",
        "{\"id\":1}",
        "{\"id\":1,\"meta\":{}}",
        "{\"id\":1,\"error\":null}",
        "{\"id\":1,\"ok\":false,\"result\":3}",
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":5}}",
        "{\"id\":1,\"ok\":1,\"result\":3}"
      })
  void aMalformedReplyFailsThatCallOnly(String reply) {
    ClientCall poor = sent(session, call(1));
    ClientCall other = sent(session, call(2));
    receive(session, reply);
    assertThat(events(session)).containsExactly("MALFORMED", "1 ended");
    assertThat(outcome(poor)).startsWith("INTERNAL maybe");
    receive(session, "{\"id\":2,\"ok\":true,\"result\":3}");
    assertThat(result(other)).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"hello\":1}", "{\"id\":{},\"result\":1}", "{\"ok\":true}"})
  void aMalformedReplyToNobodyBreaksTheConnection(String reply) {
    ClientCall call = sent(session, call(1));
    receive(session, reply);
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
    assertThat(reason(call)).startsWith("the peer sent a malformed reply: ");
    assertThat(events(session)).containsExactly("MALFORMED", "1 ended");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void aMalformedReplyForAnUnknownIdIsCounted() {
    sent(session, call(1));
    receive(session, "{\"id\":7,\"ok\":true}");
    assertThat(events(session)).containsExactly("MALFORMED");
    assertThat(session.state().isOver()).isFalse();
  }

  // --- errors that belong to no request ---

  private static final String ORPHAN =
      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"what?\","
          + "\"data\":{\"code\":\"PARSE_ERROR\",\"executed\":\"no\"}}}";

  @Test
  void anOrphanErrorIsBelievedIfOneFrameIsUnanswered() {
    ClientCall call = sent(session, call(1));
    receive(session, ORPHAN);
    assertThat(outcome(call)).isEqualTo("peer: PARSE_ERROR no");
    assertThat(events(session)).containsExactly("1 ended");
    assertThat(session.state().isOver()).isFalse();
  }

  @Test
  void answeredFramesDoNotCount() {
    sent(session, call(1));
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    ClientCall call = sent(session, call(2));
    receive(session, ORPHAN);
    assertThat(outcome(call)).isEqualTo("peer: PARSE_ERROR no");
  }

  @Test
  void queuedFramesDoNotCount() {
    ClientCall call = sent(session, call(1));
    ClientCall queued = call(2);
    session.send(queued);
    receive(session, ORPHAN);
    assertThat(outcome(call)).isEqualTo("peer: PARSE_ERROR no");
    assertThat(queued.stage()).isEqualTo(ClientCall.Stage.QUEUED);
  }

  @Test
  void twoPendingMakeItDoubtful() {
    ClientCall first = sent(session, call(1));
    ClientCall second = sent(session, call(2));
    receive(session, ORPHAN);
    assertThat(List.of(outcome(first), outcome(second)))
        .allMatch(s -> s.startsWith("UNAVAILABLE maybe"));
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void anExpiredOneMakesItDoubtful() {
    sent(session, new ClientCall(new Id.Number(1), request(1), START + 1));
    session.onTime(START + 1);
    ClientCall call = sent(session, call(2));
    receive(session, ORPHAN);
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
  }

  @Test
  void aCancelledOneMakesItDoubtful() {
    session.cancel(sent(session, call(1)));
    ClientCall call = sent(session, call(2));
    receive(session, ORPHAN);
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
  }

  @Test
  void aNotifiedOneMakesItDoubtful() {
    sent(session, notification(1));
    ClientCall call = sent(session, call(2));
    receive(session, ORPHAN);
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
  }

  @Test
  void anOrphanErrorBreaksAnIdleConnection() {
    receive(session, ORPHAN);
    assertThat(events(session)).containsExactly("MALFORMED");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void aResultWithoutAnIdIsNeverBelieved() {
    ClientCall call = sent(session, call(1));
    receive(session, "{\"id\":null,\"ok\":true,\"result\":3}");
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  // --- the end of the connection ---

  @Test
  void aDisconnectTellsQueuedFromSent() {
    ClientCall sent = sent(session, call(1));
    ClientCall queued = call(2);
    session.send(queued);
    session.disconnected("gone");
    assertThat(outcome(sent)).isEqualTo("UNAVAILABLE maybe");
    assertThat(outcome(queued)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
    assertThat(events(session)).containsExactly("1 ended", "2 ended");
    assertThat(session.wakeAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(session.nextFrame(START)).isNull();
  }

  @Test
  void aCloseTellsTheServerOfEachCallThatItMayBeRunning() {
    ClientCall sent = sent(session, call(1));
    ClientCall queued = call(2);
    session.send(queued);
    session.close("closed");
    assertThat(outcome(sent)).isEqualTo("UNAVAILABLE maybe");
    assertThat(outcome(queued)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
    assertThat(frame(session))
        .isEqualTo("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    assertThat(session.nextFrame(START)).isNull();
  }

  @Test
  void aCloseKeepsTheCancelsThatHaveNotLeft() {
    session.cancel(sent(session, call(1)));
    session.close("closed");
    assertThat(frame(session)).contains("rpc.cancel");
  }

  @Test
  void aCloseOfJsonRpcTellsNothing() {
    ClientSession jsonrpc = new ClientSession(Dialect.JSONRPC, Limits.DEFAULT);
    sent(jsonrpc, call(1));
    jsonrpc.close("closed");
    assertThat(jsonrpc.nextFrame(START)).isNull();
  }

  @Test
  void aCallOnABrokenSessionEndsAtOnce() {
    session.disconnected("gone");
    ClientCall call = call(1);
    session.send(call);
    assertThat(outcome(call)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
    assertThat(events(session)).containsExactly("1 ended");
  }

  @Test
  void everyCallEndsExactlyOnce() {
    ClientCall call = sent(session, call(1));
    session.cancel(call);
    session.cancel(call);
    session.onTime(LATE);
    session.disconnected("gone");
    session.disconnected("gone");
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(events(session)).containsExactly("1 ended");
    assertThat(outcome(call)).isEqualTo("CANCELLED maybe");
  }

  // --- deadlines ---

  @Test
  void aDeadlineInTheQueueMeansNotExecuted() {
    ClientCall call = call(1);
    session.send(call);
    session.onTime(LATE);
    assertThat(outcome(call)).isEqualTo("TIMEOUT no {\"stage\":\"client_queue\"}");
    assertThat(session.nextFrame(LATE)).isNull();
  }

  @Test
  void aDeadlineWakesAtItsInstant() {
    ClientCall call = sent(session, call(1));
    assertThat(session.wakeAt()).isEqualTo(LATE);
    session.onTime(LATE - 1);
    assertThat(events(session)).isEmpty();
    session.onTime(LATE);
    assertThat(outcome(call)).startsWith("TIMEOUT maybe");
    assertThat(session.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  /** The timer may be late, and the transport have room just now. */
  @Test
  void aCallIsNotSentPastItsDeadline() {
    ClientCall call = call(1);
    session.send(call);
    assertThat(session.nextFrame(LATE)).isNull();
    assertThat(outcome(call)).isEqualTo("TIMEOUT no {\"stage\":\"client_queue\"}");
    assertThat(session.wakeAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(session.queued()).isZero();
  }

  // --- cancelling ---

  @Test
  void aCancelInTheQueueIsOurOwnBusiness() {
    ClientCall call = call(1);
    session.send(call);
    session.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED no");
    assertThat(session.nextFrame(START)).isNull();
  }

  @Test
  void aCancelBeforeTheCallWasHandedOverIsOne() {
    ClientCall call = call(1);
    session.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED no");
    assertThat(events(session)).containsExactly("1 ended");
  }

  @Test
  void theServerIsToldOfACancel() {
    ClientCall call = sent(session, call(1));
    session.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED maybe");
    assertThat(frame(session))
        .isEqualTo("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1},\"meta\":{}}");
    assertThat(session.inFlight()).isZero();
  }

  @Test
  void theServerIsToldOfADeadlineToo() {
    sent(session, call(1));
    session.onTime(LATE);
    assertThat(frame(session)).startsWith("{\"method\":\"rpc.cancel\"");
  }

  @Test
  void aCancelGoesBeforeWhatWaits() {
    ClientCall call = sent(session, call(1));
    session.send(call(2));
    session.cancel(call);
    assertThat(frame(session)).contains("rpc.cancel");
    assertThat(frame(session)).contains("\"id\":2");
  }

  @Test
  void jsonRpcKnowsNoCancel() {
    ClientSession jsonrpc = new ClientSession(Dialect.JSONRPC, Limits.DEFAULT);
    ClientCall call = sent(jsonrpc, call(1));
    jsonrpc.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED maybe");
    assertThat(jsonrpc.nextFrame(START)).isNull();
    assertThat(jsonrpc.state().isOver()).isFalse();
  }

  // --- bare ---

  private static final String UUID = "0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab";
  private final ClientSession bare = new ClientSession(Dialect.BARE, Limits.DEFAULT);

  @Test
  void bareRepliesPairByText() {
    ClientCall call = sent(bare, bareCall());
    receive(bare, "{\"id\":\"" + UUID + "\",\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"other\"", "0"})
  void bareRepliesWithAnotherIdAreDropped(String id) {
    ClientCall call = sent(bare, bareCall());
    receive(bare, "{\"id\":" + id + ",\"result\":3}");
    assertThat(call.stage()).isEqualTo(ClientCall.Stage.SENT);
    assertThat(events(bare)).containsExactly("LATE_REPLY");
    receive(bare, "{\"id\":\"" + UUID + "\",\"result\":4}");
    assertThat(result(call)).isEqualTo("4");
  }

  @Test
  void bareCancelsByClosing() {
    ClientCall call = sent(bare, bareCall());
    bare.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED maybe");
    assertThat(bare.nextFrame(START)).isNull();
    assertThat(events(bare)).containsExactly("\"" + UUID + "\" ended");
    assertThat(bare.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void bareExpiresByClosing() {
    ClientCall call = sent(bare, bareCall());
    bare.onTime(LATE);
    assertThat(outcome(call)).startsWith("TIMEOUT maybe");
    assertThat(bare.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void aBareCallThatNeverLeftClosesNothing() {
    ClientCall call = bareCall();
    bare.send(call);
    bare.cancel(call);
    assertThat(outcome(call)).isEqualTo("CANCELLED no");
    assertThat(bare.state().isOver()).isFalse();
  }

  // --- notifications, and how much leaves ---

  @Test
  void aNotificationEndsWhenItIsSent() {
    ClientCall call = notification(1);
    session.send(call);
    assertThat(events(session)).isEmpty();
    assertThat(frame(session)).contains("\"id\":1");
    assertThat(events(session)).containsExactly("null ended");
    assertThat(call.failure()).isNull();
    assertThat(session.inFlight()).isZero();
    assertThat(session.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void callsOverTheBoundWait() {
    ClientSession two = new ClientSession(Dialect.V1, Limits.DEFAULT.with(Bound.IN_FLIGHT, 2));
    for (int i = 1; i <= 4; i++) {
      two.send(call(i));
    }
    assertThat(frame(two)).contains("\"id\":1");
    assertThat(frame(two)).contains("\"id\":2");
    assertThat(two.nextFrame(START)).isNull();
    assertThat(two.queued()).isEqualTo(2);
    receive(two, "{\"id\":2,\"ok\":true,\"result\":3}");
    assertThat(frame(two)).contains("\"id\":3");
    assertThat(two.nextFrame(START)).isNull();
    assertThat(two.inFlight()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 1_000, 10_000})
  void theQueueDoesNotFillWithCallsThatEnded(int calls) {
    for (int i = 1; i <= calls; i++) {
      ClientCall call = call(i);
      session.send(call);
      session.cancel(call);
    }
    assertThat(session.queued()).isLessThan(64);
    session.send(call(calls + 1));
    assertThat(frame(session)).contains("\"id\":" + (calls + 1));
  }

  @Test
  void callsThatEndedInTheQueueAreSkipped() {
    List<ClientCall> calls = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      calls.add(call(i));
      session.send(calls.getLast());
    }
    for (int i = 0; i < 9; i++) {
      session.cancel(calls.get(i));
    }
    assertThat(frame(session)).contains("\"id\":10");
  }

  // --- what a server asks ---

  @Test
  void aPingIsAnswered() {
    receive(session, "{\"id\":\"p\",\"method\":\"rpc.ping\",\"meta\":{}}");
    assertThat(frame(session)).isEqualTo("{\"id\":\"p\",\"ok\":true,\"result\":null}");
    assertThat(events(session)).containsExactly("ping RECEIVED");
  }

  @Test
  void aGoAwayIsTold() {
    receive(session, "{\"method\":\"rpc.goaway\",\"meta\":{}}");
    assertThat(session.state()).isEqualTo(State.GOING_AWAY);
    assertThat(session.nextFrame(START)).isNull();
    assertThat(session.state()).as("with nothing left to finish").isEqualTo(State.CLOSING);
  }

  @Test
  void aGoAwayLetsWhatRunsFinish() {
    ClientCall call = sent(session, call(1));
    receive(session, "{\"method\":\"rpc.goaway\",\"meta\":{}}");
    assertThat(session.nextFrame(START)).isNull();
    assertThat(session.state()).isEqualTo(State.GOING_AWAY);
    assertThat(session.state().takesCalls()).isFalse();
    receive(session, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(session.nextFrame(START)).isNull();
    assertThat(result(call)).isEqualTo("3");
    assertThat(session.state()).isEqualTo(State.CLOSING);
  }

  @Test
  void aGoAwayWithAnIdIsAnswered() {
    receive(session, "{\"id\":1,\"method\":\"rpc.goaway\",\"meta\":{}}");
    assertThat(frame(session)).isEqualTo("{\"id\":1,\"ok\":true,\"result\":null}");
  }

  @Test
  void nothingElseIsOffered() {
    receive(session, "{\"id\":1,\"method\":\"add\",\"meta\":{}}");
    receive(session, "{\"method\":\"add\",\"meta\":{}}");
    assertThat(frame(session))
        .isEqualTo(
            "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\","
                + "\"message\":\"no such method: add (a client offers none)\",\"details\":{},\"executed\":\"no\"}}");
    assertThat(session.nextFrame(START)).isNull();
    assertThat(events(session)).containsExactly("WRONG_DIRECTION", "WRONG_DIRECTION");
  }

  /** Ids are separate per direction. */
  @Test
  void aRequestOfTheSameIdConcernsNoCall() {
    ClientCall call = sent(session, call(1));
    receive(session, "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
    receive(session, "{\"id\":1,\"method\":\"add\",\"params\":5,\"meta\":{}}");
    assertThat(call.stage()).isEqualTo(ClientCall.Stage.SENT);
    assertThat(frame(session)).contains("\"ok\":true");
    assertThat(frame(session)).contains("INVALID_PARAMS");
  }

  @Test
  void aMalformedNotificationConcernsNoCall() {
    sent(session, call(1));
    receive(session, "{\"method\":\"rpc.goaway\",\"params\":5,\"meta\":{}}");
    assertThat(session.state().isOver()).isFalse();
    assertThat(events(session)).containsExactly("MALFORMED");
  }

  /** The dialects have no hello, by whose return a v1 client knows it before. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void itsOwnAnswerThatComesBackPromisesNothing(Dialect dialect) {
    ClientSession echoed = new ClientSession(dialect, Limits.DEFAULT);
    String asked =
        switch (dialect) {
          case V1 -> "{\"id\":1,\"method\":\"add\",\"meta\":{}}";
          case JSONRPC -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\"}";
          case BARE -> "{\"id\":1,\"method\":\"add\"}";
        };
    ClientCall call = sent(echoed, call(1));
    receive(echoed, asked);
    receive(echoed, frame(echoed));
    assertThat(outcome(call)).isEqualTo("UNAVAILABLE maybe");
    assertThat(echoed.state()).isEqualTo(State.BROKEN);
    assertThat(echoed.hasUnderstood()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"JSONRPC", "BARE"})
  void whoHasSaidNoHelloOffersNoPing(Dialect dialect) {
    ClientSession session = new ClientSession(dialect, Limits.DEFAULT);
    receive(session, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.ping\"}");
    receive(session, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"rpc.goaway\"}");
    assertThat(frame(session)).contains("METHOD_NOT_FOUND");
    assertThat(frame(session)).contains("METHOD_NOT_FOUND");
    assertThat(session.state().takesCalls()).isTrue();
  }

  @Test
  void aServerThatAsksAndDoesNotReadIsLeft() {
    ClientSession two = new ClientSession(Dialect.V1, Limits.DEFAULT.with(Bound.IN_FLIGHT, 2));
    for (int i = 0; i < 3; i++) {
      assertThat(two.state().isOver()).isFalse();
      receive(two, "{\"id\":" + i + ",\"method\":\"rpc.ping\",\"meta\":{}}");
    }
    assertThat(two.state()).isEqualTo(State.BROKEN);
  }

  // --- what this side says of itself ---

  private static final Lifetime LIFETIME =
      new Lifetime(new Heartbeat(0, 10_000_000_000L, false), 0, 0, false);

  private final ClientSession polite =
      new ClientSession(
          Dialect.V1, Limits.DEFAULT, new Peer(true, true, 20_000_000_000L), LIFETIME, START);

  private static final String BELONGS_TO_NOBODY =
      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"bad\","
          + "\"data\":{\"code\":\"PARSE_ERROR\",\"executed\":\"no\"}}}";

  private static final String GREETED = "{\"id\":\"hello\",\"ok\":true,\"result\":{}}";

  @Test
  void aHelloGoesOutBehindTheFirstCallAndNoOther() {
    polite.send(call(1));
    polite.send(call(2));
    assertThat(frame(polite)).contains("\"id\":1");
    assertThat(frame(polite))
        .isEqualTo(
            "{\"id\":\"hello\",\"method\":\"rpc.hello\",\"params\":{\"versions\":[1],"
                + "\"accepts\":[\"rpc.goaway\",\"rpc.ping\"],\"heartbeat_ms\":20000},\"meta\":{}}");
    assertThat(frame(polite)).contains("\"id\":2");
    assertThat(polite.nextFrame(START)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"JSONRPC", "BARE"})
  void otherDialectsHaveNoHello(Dialect dialect) {
    ClientSession session =
        new ClientSession(dialect, Limits.DEFAULT, new Peer(true, true, 0), LIFETIME, START);
    session.send(call(1));
    assertThat(frame(session)).contains("\"id\":1");
    assertThat(session.nextFrame(START)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"frame_bytes\":1024,\"more\":[{}]}      | 1024",
        "{\"in_flight\":1}                         | 134217728",
        "{\"frame_bytes\":0}                       | 134217728",
        "{\"frame_bytes\":134217729}               | 134217728",
        "{\"frame_bytes\":\"1024\"}                | 134217728",
        "[1024]                                    | 134217728",
      })
  void howLongAFrameMayBeIsKept(String limits, int bytes) {
    sent(polite, call(1));
    receive(polite, "{\"id\":\"hello\",\"ok\":true,\"result\":{\"limits\":" + limits + "}}");
    assertThat(polite.serverFrameBytes()).isEqualTo(bytes);
  }

  @Test
  void aHelloThatComesBackIsKnown() {
    ClientCall call = sent(polite, call(1));
    receive(polite, "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{}}");
    receive(polite, "{\"id\":\"hello\",\"method\":\"rpc.hello\",\"meta\":{}}");
    assertThat(outcome(call)).isEqualTo("UNAVAILABLE maybe");
    assertThat(polite.state()).isEqualTo(State.BROKEN);
    assertThat(polite.nextFrame(START)).as("the answer to the ping").isNull();
  }

  @Test
  void whatTheServerSaysOfItselfIsKept() {
    polite.heard(START);
    sent(polite, call(1));
    receive(polite, "{\"id\":\"hello\",\"ok\":true,\"result\":{\"heartbeat_ms\":5000}}");
    assertThat(polite.wakeAt()).isEqualTo(LATE - Duration.ofSeconds(5).toNanos());
    assertThat(events(polite)).isEmpty();
    assertThat(polite.inFlight()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"hello\",\"ok\":true,\"result\":null}",
        "{\"id\":\"hello\",\"ok\":true,\"result\":[{\"heartbeat_ms\":1}]}",
        "{\"id\":\"hello\",\"ok\":true,\"result\":{\"heartbeat_ms\":-1}}",
        "{\"id\":\"hello\",\"ok\":true,\"result\":{\"heartbeat_ms\":1.5}}",
        "{\"id\":\"hello\",\"ok\":true,\"result\":{\"heartbeat_ms\":9223372036854775807}}",
        "{\"id\":\"hello\",\"ok\":true,\"result\":{\"heartbeat_ms\":\"1\"}}",
        "{\"id\":\"hello\",\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\",\"message\":\"no\"}}",
      })
  void aServerThatSaysNothingOfItselfIsAStranger(String answer) {
    ClientCall call = sent(polite, call(1));
    receive(polite, answer);
    assertThat(polite.wakeAt()).as("the call's deadline").isEqualTo(LATE);
    receive(polite, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
    assertThat(events(polite)).containsExactly("1 ended");
  }

  @Test
  void anErrorWithoutAnIdIsTheCallsOnceTheHelloIsAnswered() {
    ClientCall call = sent(polite, call(1));
    receive(polite, BELONGS_TO_NOBODY);
    assertThat(call.stage()).isEqualTo(ClientCall.Stage.SENT);
    receive(polite, GREETED);
    assertThat(outcome(call)).startsWith("peer: PARSE_ERROR no");
    assertThat(polite.state()).isEqualTo(State.HEARD);
  }

  @Test
  void aPortThatSpeaksTlsHasReadNothingOfAllThatWasSent() {
    ClientCall first = sent(polite, call(1));
    ClientCall second = sent(polite, call(2));
    receive(
        polite,
        """
        {"jsonrpc":"2.0","id":null,"error":{"code":-32010,"message":"this port speaks TLS","data":\
        {"code":"UNSUPPORTED","executed":"no","details":{"stage":"tls_handshake"}}}}""");
    assertThat(outcome(first)).startsWith("peer: UNSUPPORTED no");
    assertThat(outcome(second)).startsWith("peer: UNSUPPORTED no");
    assertThat(polite.state()).isEqualTo(State.BROKEN);
    assertThat(polite.hasUnderstood()).isFalse();
  }

  @Test
  void anErrorWithoutAnIdInAnswerToTheHelloHarmsNoCall() {
    ClientCall call = sent(polite, call(1));
    receive(polite, BELONGS_TO_NOBODY);
    receive(polite, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
    ClientCall next = sent(polite, call(2));
    receive(polite, BELONGS_TO_NOBODY);
    assertThat(outcome(next))
        .as("which can only be this call's")
        .startsWith("peer: PARSE_ERROR no");
  }

  /** A network that repeats frames may repeat the hello. */
  @Test
  void anErrorThatNamesTheHelloHarmsNoCall() {
    ClientCall call = sent(polite, call(1));
    String inFlight =
        BELONGS_TO_NOBODY.replace("\"no\"}", "\"no\",\"details\":{\"id\":\"hello\"}}");
    receive(polite, inFlight);
    receive(polite, GREETED);
    receive(polite, inFlight);
    assertThat(call.stage()).isEqualTo(ClientCall.Stage.SENT);
    receive(polite, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
  }

  @Test
  void twoErrorsWithoutAnIdAreOneForEach() {
    ClientCall call = sent(polite, call(1));
    receive(polite, BELONGS_TO_NOBODY);
    receive(polite, BELONGS_TO_NOBODY);
    assertThat(outcome(call)).startsWith("peer: PARSE_ERROR no");
  }

  @Test
  void anErrorWithoutAnIdAndThenTheEndMayBeEithers() {
    ClientCall call = sent(polite, call(1));
    receive(polite, BELONGS_TO_NOBODY);
    polite.endOfInput();
    assertThat(outcome(call)).startsWith("peer: PARSE_ERROR maybe");
  }

  @Test
  void whatIsTooLargeIsTheLargerOfTheTwo() {
    String tooLarge = BELONGS_TO_NOBODY.replace("PARSE_ERROR", "TOO_LARGE");
    Bytes large = Bytes.of(new byte[1_000]);
    ClientCall call = sent(polite, new ClientCall(new Id.Number(1), large, LATE));
    receive(polite, tooLarge);
    polite.endOfInput();
    assertThat(outcome(call)).startsWith("peer: TOO_LARGE no");
  }

  @Test
  void whatHasNotLeftWhenTheServerGoesIsGivenBack() {
    ClientCall sent = sent(polite, call(1));
    ClientCall queued = call(2);
    polite.send(queued);
    receive(polite, "{\"method\":\"rpc.goaway\",\"meta\":{}}");
    ClientCall later = call(3);
    polite.send(later);

    assertThat(events(polite)).containsExactly("2 ended", "3 ended");
    assertThat(outcome(queued)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
    assertThat(outcome(later)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
    assertThat(polite.nextFrame(START)).isNull();
    assertThat(sent.stage()).isEqualTo(ClientCall.Stage.SENT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallThatHasCrossedAGoAwayIsTurnedAway(boolean isTold) {
    ClientCall call = sent(polite, call(1));
    sent(polite, call(2));
    if (isTold) {
      receive(polite, "{\"method\":\"rpc.goaway\",\"meta\":{}}");
    }
    receive(
        polite,
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\",\"message\":\"closing\","
            + "\"details\":{\"stage\":\"server_going_away\"},\"executed\":\"no\"}}");
    assertThat(outcome(call)).isEqualTo("UNAVAILABLE no {\"stage\":\"server_going_away\"}");
    assertThat(polite.state()).isEqualTo(State.GOING_AWAY);
  }

  @Test
  void aRefusalOfAServerThatStaysIsTheCallers() {
    ClientCall call = sent(polite, call(1));
    receive(
        polite,
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\",\"message\":\"full\","
            + "\"details\":{},\"executed\":\"no\"}}");
    assertThat(outcome(call)).startsWith("peer: UNAVAILABLE no");
    assertThat(polite.state()).isEqualTo(State.HEARD);
  }

  // --- how long a connection is kept ---

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private static ClientSession keptFor(long idleNanos, boolean hasEnd) {
    Lifetime lifetime = new Lifetime(Heartbeat.NONE, idleNanos, START + MINUTE, hasEnd);
    return new ClientSession(Dialect.V1, Limits.DEFAULT, Peer.STRANGER, lifetime, START);
  }

  private static ClientCall longCall(long number) {
    long deadline = START + Duration.ofHours(1).toNanos();
    return new ClientCall(new Id.Number(number), request(number), deadline);
  }

  @Test
  void anIdleConnectionIsClosedInTime() {
    ClientSession idle = keptFor(MINUTE, false);
    assertThat(idle.wakeAt()).isEqualTo(START + MINUTE);
    idle.onTime(START + MINUTE - 1);
    assertThat(idle.state()).isEqualTo(State.SILENT);
    idle.onTime(START + MINUTE);

    assertThat(idle.nextFrame(START + MINUTE)).isNull();
    assertThat(idle.state()).isEqualTo(State.CLOSING);
    assertThat(idle.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aCallThatRunsOrHasJustEndedKeepsItsConnection() {
    ClientSession idle = keptFor(MINUTE, false);
    ClientCall call = sent(idle, longCall(1));
    idle.onTime(START + MINUTE);
    idle.onTime(START + 2 * MINUTE);
    receive(idle, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
    idle.onTime(START + 3 * MINUTE);
    assertThat(idle.state()).isEqualTo(State.HEARD);
    idle.onTime(START + 4 * MINUTE);
    assertThat(idle.state()).isEqualTo(State.GOING_AWAY);
  }

  @Test
  void aCallThatComesWhenAnIdleConnectionClosesHasNeverLeft() {
    ClientSession idle = keptFor(MINUTE, false);
    idle.onTime(START + MINUTE);
    ClientCall call = call(1);
    idle.send(call);

    assertThat(outcome(call)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");
  }

  @Test
  void anOldConnectionFinishesWhatRunsAndTakesNothingMore() {
    ClientSession old = keptFor(0, true);
    ClientCall call = sent(old, longCall(1));
    ClientCall queued = longCall(2);
    old.send(queued);
    old.onTime(START + MINUTE);
    assertThat(old.state()).isEqualTo(State.GOING_AWAY);
    assertThat(outcome(queued)).isEqualTo("UNAVAILABLE no {\"stage\":\"client_queue\"}");

    receive(old, "{\"id\":1,\"ok\":true,\"result\":3}");
    assertThat(result(call)).isEqualTo("3");
    assertThat(old.nextFrame(START + MINUTE)).isNull();
    assertThat(old.state()).isEqualTo(State.CLOSING);
  }

  // --- what is no Tern server ---

  @Test
  void anHttpReplyBreaksTheConnectionAndSaysWhy() {
    ClientCall call = sent(session, call(1));
    byte[] reply = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII);
    session.receive(reply, 0, reply.length);
    session.receive(reply, 0, reply.length);
    String reason =
        "the peer sent what is no frame: frame length: 1213486160 (expected: at most 134217728);"
            + " this looks like text, such as HTTP or SSH";
    assertThat(events(session)).containsExactly("BAD_FRAME", "1 ended");
    assertThat(call.failure()).isEqualTo(WireError.of(ErrorCode.UNAVAILABLE, reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "x", "{\"id\":1,}", "\u0080"})
  void aFrameWithoutAJsonObjectBreaksTheConnection(String payload) {
    ClientCall call = sent(session, call(1));
    receive(session, payload);
    assertThat(outcome(call)).startsWith("UNAVAILABLE maybe");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void repliesBeforeTheLossStillCount() {
    ClientCall answered = sent(session, call(1));
    ClientCall lost = sent(session, call(2));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(framed("{\"id\":1,\"ok\":true,\"result\":3}"));
    bytes.writeBytes(new byte[] {-1, -1, -1, -1});
    bytes.writeBytes(framed("{\"id\":2,\"ok\":true,\"result\":3}"));
    session.receive(bytes.toByteArray(), 0, bytes.size());
    assertThat(result(answered)).isEqualTo("3");
    assertThat(outcome(lost)).startsWith("UNAVAILABLE maybe");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void repliesOfEveryDialectAreRead(Dialect dialect) {
    ClientCall call = sent(session, call(1));
    Bytes three = Bytes.of("3".getBytes(UTF_8));
    receive(session, Messages.success(dialect, new Id.Number(1), three).toString());
    assertThat(result(call)).isEqualTo("3");
  }

  // --- the cast ---

  private static ClientCall call(long number) {
    return new ClientCall(new Id.Number(number), request(number), LATE);
  }

  private static ClientCall notification(long number) {
    return new ClientCall(null, request(number), LATE);
  }

  private static ClientCall bareCall() {
    Bytes payload = Bytes.of(("{\"id\":\"" + UUID + "\",\"method\":\"add\"}").getBytes(UTF_8));
    return new ClientCall(new Id.Text(UUID), payload, LATE);
  }

  private static Bytes request(long number) {
    return Bytes.of(("{\"id\":" + number + ",\"method\":\"add\",\"meta\":{}}").getBytes(UTF_8));
  }

  private static ClientCall sent(ClientSession session, ClientCall call) {
    session.send(call);
    for (Bytes frame; (frame = session.nextFrame(START)) != null; ) {
      assertThat(frame.length()).isPositive();
    }
    assertThat(call.stage()).isNotEqualTo(ClientCall.Stage.QUEUED);
    events(session);
    return call;
  }

  private static void receive(ClientSession session, String payload) {
    byte[] frame = framed(payload);
    session.receive(frame, 0, frame.length);
  }

  private static String frame(ClientSession session) {
    Bytes frame = session.nextFrame(START);
    assertThat(frame).isNotNull();
    return frame == null ? "" : frame.toString();
  }

  private static List<String> events(ClientSession session) {
    List<String> events = new ArrayList<>();
    for (ClientEvent event; (event = session.nextEvent()) != null; ) {
      events.add(
          switch (event) {
            case ClientCall call -> call.id() + " ended";
            case ClientEvent.Noted noted -> noted.oddity().name();
            case Ping ping -> "ping " + ping;
          });
    }
    return events;
  }

  private static @Nullable String result(ClientCall call) {
    Message.Response response = call.response();
    Bytes result = response == null ? null : response.result();
    return result == null ? null : result.toString();
  }

  private static String outcome(ClientCall call) {
    assertThat(call.stage()).isEqualTo(ClientCall.Stage.ENDED);
    Message.Response response = call.response();
    WireError error = response == null ? call.failure() : response.error();
    if (error == null) {
      return "result";
    }
    byte[] details = error.details();
    return (response == null ? "" : "peer: ")
        + error.code()
        + " "
        + error.executed().wire()
        + (details == null ? "" : " " + new String(details, UTF_8));
  }

  private static String reason(ClientCall call) {
    WireError failure = call.failure();
    return failure == null ? "" : failure.message();
  }

  private static byte[] framed(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }
}

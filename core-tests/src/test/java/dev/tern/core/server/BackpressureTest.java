package dev.tern.core.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.observe.Tally;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.server.once.Once;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.Limits;
import dev.tern.testkit.ManualTimers;
import dev.tern.transport.memory.MemoryTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When a connection may read on, and when its calls may begin: each threshold from both sides. What
 * other connections hold is told to the budget by the test.
 */
@Timeout(60)
final class BackpressureTest {
  private static final long UNREAD = 2 << 20;
  private static final long BUDGET = 64 << 20;
  private static final int SMALL = ByteBudget.SMALL_BYTES;
  private static final int MEDIUM = ByteBudget.LARGE_BYTES;
  private static final int LARGE = MEDIUM + 1;
  private static final int CALL = 2 << 10;
  private static final int STARTED_AT_ONCE = 64;
  private static final Duration A_LOOK = Duration.ofMillis(10);
  private static final Duration A_LITTLE = Duration.ofMillis(1);

  private record Size(int bytes) {}

  private final ManualTimers timers = new ManualTimers();
  private final FakeConnection connection = new FakeConnection();
  private final Semaphore runs = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private final MemoryTransport transport = new MemoryTransport();

  @SuppressWarnings("NullAway") // there is no class literal of a nullable type
  private final ServerSettings settings =
      Server.builder(transport)
          .timers(timers)
          .processBytes(BUDGET)
          .unreadOutput(UNREAD, Duration.ofDays(1))
          .serve(Method.of("blob", Size.class, String.class), this::blob)
          .serve(Method.of("hold", Void.class, Void.class), _ -> hold())
          .serve(Method.of("inline", Void.class, Void.class), Lane.INLINE, _ -> ran())
          .settings;

  private static final JsonCodec CODEC = JsonCodec.ofServer(false, Limits.DEFAULT);

  private final ServerCore core =
      new ServerCore(
          settings,
          new Tally(),
          ServerMethods.of(
              settings,
              new Once(null, false, null, Timers.system(), new Tally()),
              CODEC,
              new Tally(),
              () -> false,
              () -> {
                throw new AssertionError("nobody asks");
              }),
          CODEC,
          () -> {});

  private final ServerConnection server = new ServerConnection(core, connection);
  private final Backpressure backpressure = server.backpressure();

  @AfterEach
  void letGo() {
    released.release(1_000);
    transport.close();
  }

  private String blob(Size size) {
    runs.release();
    return "x".repeat(size.bytes());
  }

  private Void hold() throws InterruptedException {
    runs.release();
    released.acquire();
    return ran();
  }

  @SuppressWarnings("NullAway") // a method of Void has nothing else to return
  private static Void ran() {
    return null;
  }

  private void unsent(long bytes) {
    connection.unsent = bytes;
    backpressure.look();
  }

  private void othersHoldTooMuch() {
    core.bytes.add(BUDGET + 1);
  }

  private void othersHoldTwiceTooMuch() {
    core.bytes.add(2 * BUDGET + 2);
  }

  private void send(String payload) {
    byte[] json = payload.getBytes(US_ASCII);
    receive(ByteBuffer.allocate(4 + json.length).putInt(json.length).put(json).array());
  }

  private void receive(byte[] bytes) {
    server.onBytes(bytes, 0, bytes.length);
    server.onReadComplete();
  }

  /** A frame that shall be so long, and of which little has come. */
  private void begin(int frameBytes) {
    receive(ByteBuffer.allocate(10).putInt(frameBytes).array());
  }

  private boolean isBudgetExceeded() {
    return core.bytes.isTooMuch(LARGE);
  }

  // May it read on?

  @Test
  void itReadsOnUpToTheLimitOfUnreadOutput() {
    unsent(UNREAD);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void itPausesOverTheLimitOfUnreadOutput() {
    unsent(UNREAD + 1);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void oncePausedItStaysSoAsLongAsTheTransportWillTell() {
    unsent(UNREAD + 1);
    unsent(Connection.SEND_PROGRESS_BYTES);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void itGoesOnWhenTheTransportTellsThatNearlyAllIsRead() {
    unsent(UNREAD + 1);
    connection.unsent = Connection.SEND_PROGRESS_BYTES - 1;
    server.onSendProgress();
    assertThat(connection.paused).isFalse();
  }

  @Test
  void aSmallUnreadReplyDoesNotPauseItWhateverOthersHold() {
    othersHoldTwiceTooMuch();
    unsent(SMALL);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void aMiddlingUnreadReplyDoesNotPauseItWhileOthersHoldTooMuch() {
    othersHoldTooMuch();
    unsent(MEDIUM);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void aMiddlingUnreadReplyPausesItWhileOthersHoldTwiceTooMuch() {
    othersHoldTwiceTooMuch();
    unsent(SMALL + 1);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void aLargeUnreadReplyPausesItWhileOthersHoldTooMuch() {
    othersHoldTooMuch();
    unsent(LARGE);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void aSmallFrameThatHasBegunDoesNotPauseItWhateverOthersHold() {
    othersHoldTwiceTooMuch();
    begin(SMALL);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void aMiddlingFrameThatHasBegunDoesNotPauseItWhileOthersHoldTooMuch() {
    othersHoldTooMuch();
    begin(MEDIUM);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void aMiddlingFrameThatHasBegunPausesItWhileOthersHoldTwiceTooMuch() {
    othersHoldTwiceTooMuch();
    begin(SMALL + 1);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void aLargeFrameThatHasBegunPausesItWhileOthersHoldTooMuch() {
    othersHoldTooMuch();
    begin(LARGE);
    assertThat(connection.paused).isTrue();
  }

  @Test
  void aLargeFrameThatWasGrantedItsRoomDoesNotPauseIt() {
    receive(ByteBuffer.allocate(1_000).putInt(LARGE).array());
    receive(new byte[10]); // a fair part has come, and the first buffer is too short for it
    othersHoldTooMuch();
    backpressure.look();
    assertThat(connection.paused).isFalse();
  }

  @Test
  void itGoesOnWhenTheBudgetHasRoom() {
    othersHoldTooMuch();
    begin(LARGE);
    core.bytes.add(-LARGE);
    timers.advance(A_LOOK.plus(A_LITTLE));
    assertThat(connection.paused).isFalse();
  }

  @Test
  void itGoesOnWhenItsPeerHasReadALittleThoughNobodyTells() {
    othersHoldTooMuch();
    unsent(LARGE);
    connection.unsent = SMALL;
    timers.advance(A_LOOK.minusNanos(1));
    assertThat(connection.paused).as("nobody has looked").isTrue();
    timers.advance(A_LITTLE);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void theMoreWaitTheMoreSeldomEachLooks() {
    othersHoldTooMuch();
    for (int i = 0; i < 100; i++) {
      core.bytes.waits(true);
    }
    unsent(LARGE);
    connection.unsent = SMALL;
    timers.advance(A_LOOK.plus(A_LITTLE));
    assertThat(connection.paused).isTrue();
    timers.advance(A_LOOK);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void itIsPausedAndResumedOnce() {
    unsent(UNREAD + 1);
    unsent(UNREAD + 2);
    unsent(0);
    unsent(0);
    assertThat(connection.resumes).isEqualTo(1);
  }

  @Test
  void aSessionThatReadsNothingMoreIsNotResumed() {
    send("{\"id\":1,\"method\":\"hold\",\"meta\":{}}");
    unsent(UNREAD + 1);
    server.onEndOfInput();
    unsent(0);
    assertThat(connection.resumes).isZero();
  }

  @Test
  void aSessionThatDrainsIsResumed() {
    send("{\"id\":1,\"method\":\"hold\",\"meta\":{}}");
    unsent(UNREAD + 1);
    server.drain();
    assertThat(connection.paused).as("while it drains").isTrue();
    unsent(0);
    assertThat(connection.paused).isFalse();
  }

  @Test
  void whoseConnectionHasEndedDoesNotWaitForRoom() {
    othersHoldTooMuch();
    begin(LARGE);
    assertThat(core.bytes.waiters()).isEqualTo(1);
    server.onClosed(null);
    assertThat(core.bytes.waiters()).isZero();
  }

  // May a call begin?

  @Test
  void aCallMayBeginUpToTheLimitOfUnreadOutput() {
    unsent(UNREAD);
    assertThat(backpressure.mayBegin()).isTrue();
  }

  @Test
  void aCallMayNotBeginOverTheLimitOfUnreadOutput() {
    unsent(UNREAD + 1);
    assertThat(backpressure.mayBegin()).isFalse();
  }

  @Test
  void aCallMayNotBeginBesideALargeUnreadReplyWhileOthersHoldTooMuch() {
    othersHoldTooMuch();
    unsent(LARGE);
    assertThat(backpressure.mayBegin()).isFalse();
  }

  @Test
  void aCallMayBeginThoughReadingIsPausedForAFrame() {
    othersHoldTooMuch();
    begin(LARGE);
    assertThat(backpressure.mayBegin()).isTrue();
  }

  @Test
  void aLargeReplyOnItsWayCountsAsUnread() throws InterruptedException {
    send("{\"id\":1,\"method\":\"blob\",\"params\":[" + LARGE + "],\"meta\":{}}");
    Runnable arrival = connection.nextTask();
    othersHoldTooMuch();
    assertThat(backpressure.mayBegin()).isFalse();
    arrival.run();
    assertThat(backpressure.mayBegin()).as("the connection knows of it").isTrue();
  }

  @Test
  void aSmallReplyOnItsWayIsNotCounted() throws InterruptedException {
    send("{\"id\":1,\"method\":\"blob\",\"params\":[" + SMALL / 2 + "],\"meta\":{}}");
    Runnable arrival = connection.nextTask();
    othersHoldTooMuch();
    assertThat(backpressure.mayBegin()).isTrue();
    arrival.run();
  }

  @Test
  void repliesOnTheirWayMayNotBeMoreThanTheLimitOfUnreadOutput() throws InterruptedException {
    send("{\"id\":1,\"method\":\"blob\",\"params\":[" + UNREAD + "],\"meta\":{}}");
    Runnable arrival = connection.nextTask();
    assertThat(backpressure.mayBegin()).isFalse();
    arrival.run();
  }

  @Test
  void aCallThatMayNotBeginDoesSoWhenThePeerHasRead() throws InterruptedException {
    unsent(UNREAD + 1);
    send("{\"id\":1,\"method\":\"blob\",\"params\":[1],\"meta\":{}}");
    connection.runNext(); // it is put aside
    assertThat(runs.availablePermits()).isZero();
    unsent(0);
    runs.acquire();
  }

  @Test
  void aCallThatMayNotBeginDoesSoWhenTheConnectionEnds() throws InterruptedException {
    unsent(UNREAD + 1);
    send("{\"id\":1,\"method\":\"blob\",\"params\":[1],\"meta\":{}}");
    connection.runNext(); // it is put aside
    server.onClosed(null);
    connection.runNext(); // it has found that nobody waits
    assertThat(runs.availablePermits()).isZero();
    assertThat(core.gates.inFlight()).isZero();
  }

  @Test
  void ofManyThatMayBeginSomeDoAtOnceAndTheRestAtTheNextLook() throws InterruptedException {
    unsent(UNREAD + 1);
    for (int i = 0; i < STARTED_AT_ONCE + 1; i++) {
      send("{\"id\":" + i + ",\"method\":\"hold\",\"meta\":{}}");
      connection.runNext(); // it is put aside
    }
    unsent(0);
    runs.acquire(STARTED_AT_ONCE);
    assertThat(runs.tryAcquire()).isFalse();
    timers.advance(A_LOOK);
    runs.acquire();
  }

  // What is the budget told?

  @Test
  void whatIsSmallIsNotToldAtOnce() {
    core.bytes.add(BUDGET - SMALL + 2);
    unsent(SMALL - 1);
    assertThat(isBudgetExceeded()).isFalse();
  }

  @Test
  void whatIsLargeIsTold() {
    core.bytes.add(BUDGET - SMALL + 1);
    unsent(SMALL);
    assertThat(isBudgetExceeded()).isTrue();
  }

  @Test
  void whenNothingIsHeldAnyMoreAllIsGivenBack() {
    unsent(SMALL);
    unsent(1); // too little of a change to be told
    unsent(0);
    core.bytes.add(BUDGET);
    assertThat(isBudgetExceeded()).isFalse();
    core.bytes.add(1);
    assertThat(isBudgetExceeded()).isTrue();
  }

  @Test
  void aCallCountsForItsPayloadAndForWhatItCostsBeside() throws InterruptedException {
    String first = "{\"id\":1,\"method\":\"hold\",\"meta\":{}}";
    String second = "{\"id\":2,\"method\":\"hold\",\"meta\":{}}";
    send(first);
    send(second);
    runs.acquire(2);
    core.bytes.add(BUDGET - 2 * CALL - first.length() - second.length());
    assertThat(isBudgetExceeded()).isFalse();
    core.bytes.add(1);
    assertThat(isBudgetExceeded()).isTrue();
  }

  @Test
  void aFrameIsGrantedItsRoomAndThatIsTold() {
    assertThat(backpressure.takeRoom(LARGE)).isTrue();
    core.bytes.add(BUDGET - LARGE + 1);
    assertThat(isBudgetExceeded()).isTrue();
  }

  @Test
  void aFrameIsNotGrantedMoreThanHalfOfTheBudget() {
    assertThat(backpressure.takeRoom((int) BUDGET / 2 + 1)).isFalse();
  }

  @Test
  void aConnectionThatHasEndedGivesBackWhatItHeld() {
    unsent(LARGE);
    server.onClosed(null);
    core.bytes.add(BUDGET);
    assertThat(isBudgetExceeded()).isFalse();
  }
}

package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.session.ServerEvent.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerCallTest {
  private static final int RACES = 2_000;

  /** What each step says, in every order of up to four steps that tells two states apart. */
  @ParameterizedTest
  @CsvSource({
    "start, true",
    "end, NO",
    "endUnlessStarted, true",
    "start start, true true",
    "start end, true MAYBE",
    "start endUnlessStarted, true false",
    "start endUnlessStarted end, true false MAYBE",
    "start end start, true MAYBE false",
    "start end end, true MAYBE null",
    "start start end, true true MAYBE",
    "end start, NO false",
    "end end, NO null",
    "end endUnlessStarted, NO false",
    "end start end, NO false null",
    "endUnlessStarted start end, true false null",
    "endUnlessStarted endUnlessStarted, true false",
    "start end start end, true MAYBE false null",
    "answer, true",
    "answer answer, true true",
    "start answer end, true true null",
    "answer start end, true false null",
    "start end answer, true MAYBE false",
    "end answer, NO false",
    "mayHaveRun end, true MAYBE",
    "mayHaveRun endUnlessStarted, true false",
    "mayHaveRun start end, true true MAYBE",
    "end mayHaveRun, NO false",
    "answer mayHaveRun, true false",
    "endUnlessStarted answer, true false",
  })
  void movesOnlyForward(String steps, String answers) {
    ServerCall call = call();
    List<String> said = new ArrayList<>();
    for (String step : steps.split(" ", -1)) {
      said.add(
          switch (step) {
            case "start" -> String.valueOf(call.start());
            case "end" -> String.valueOf(call.end(Reason.EXPIRED));
            case "mayHaveRun" -> String.valueOf(call.mayHaveRun());
            case "answer" -> String.valueOf(call.answer());
            default -> String.valueOf(call.endUnlessStarted(Reason.CANCELLED));
          });
    }
    assertThat(String.join(" ", said)).isEqualTo(answers);
  }

  /** The verdict of an error of which the handler says each of the three. */
  @ParameterizedTest
  @CsvSource({
    "'', NO NO NO",
    "start, NO MAYBE YES",
    "start start, MAYBE MAYBE YES",
    "mayHaveRun, MAYBE MAYBE YES",
    "mayHaveRun start, MAYBE MAYBE YES",
    "start mayHaveRun, MAYBE MAYBE YES",
  })
  void theVerdictIsAsSureAsWhatHasBegun(String steps, String verdicts) {
    ServerCall call = call();
    for (String step : steps.split(" ", -1)) {
      boolean _ =
          step.equals("start") ? call.start() : step.equals("mayHaveRun") && call.mayHaveRun();
    }
    call.answer();
    List<String> said = new ArrayList<>();
    for (Executed executed : List.of(Executed.NO, Executed.MAYBE, Executed.YES)) {
      said.add(call.verdict(executed).name());
    }
    assertThat(String.join(" ", said)).isEqualTo(verdicts);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "3600000, 3600000",
    "9223372036854775807, 8388606",
    "-1, -1",
    "-9, -1"
  })
  void remembersHowLongItWaitedForItsHandler(long waited, int expected) {
    ServerCall call = call();
    assertThat(call.waitedMillis()).isEqualTo(-1);
    assertThat(call.start(waited)).isTrue();
    assertThat(call.waitedMillis()).isEqualTo(expected);
    assertThat(call.verdict(Executed.NO)).isEqualTo(Executed.NO);
    assertThat(call.hasEnded()).isFalse();
    assertThat(call.end(Reason.EXPIRED)).isEqualTo(Executed.MAYBE);
    assertThat(call.endedFor()).isEqualTo(Reason.EXPIRED);
    assertThat(call.answer()).isFalse();
    assertThat(call.waitedMillis()).isEqualTo(expected);
  }

  @Test
  void ofSeveralHandlersTheFirstCounts() {
    ServerCall call = call();
    call.start(7);
    call.start(9);
    call.mayHaveRun();
    assertThat(call.verdict(Executed.NO)).isEqualTo(Executed.MAYBE);
    assertThat(call.answer()).isTrue();
    assertThat(call.answer()).isTrue();
    assertThat(call.endedFor()).isNull();
    assertThat(call.start(11)).isFalse();
    assertThat(call.waitedMillis()).isEqualTo(7);
  }

  @Test
  void oneThatHasWaitedElsewhereBeforeRemembersToo() {
    ServerCall call = call();
    call.mayHaveRun();
    call.start(7);
    assertThat(call.waitedMillis()).isEqualTo(7);
    assertThat(call.verdict(Executed.NO)).isEqualTo(Executed.MAYBE);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void knowsWhyItEndedWhileItRan(Reason reason) {
    ServerCall ran = call();
    ran.start();
    assertThat(ran.hasEnded()).isFalse();
    assertThat(ran.endedFor()).isNull();
    ran.end(reason);
    assertThat(ran.hasEnded()).isTrue();
    assertThat(ran.endedFor()).isEqualTo(reason);
    assertThat(ran.ranInVain()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void knowsWhyItEndedBeforeItRan(Reason reason) {
    ServerCall waited = call();
    waited.end(reason);
    assertThat(waited.hasEnded()).isTrue();
    assertThat(waited.endedFor()).isEqualTo(reason);
    assertThat(waited.ranInVain()).isFalse();
  }

  @Test
  void anAnsweredCallEndedForNoReason() {
    ServerCall answered = call();
    answered.start();
    answered.answer();
    assertThat(answered.hasEnded()).isTrue();
    assertThat(answered.endedFor()).isNull();
    assertThat(answered.ranInVain()).isFalse();
  }

  @Test
  void isCancelledOnce() {
    ServerCall call = call();
    assertThat(call.cancel()).isTrue();
    assertThat(call.cancel()).isFalse();
  }

  /** A verdict of "not executed" must stay true. */
  @Test
  void startAndEndAgreeWhoeverWins() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        ServerCall call = call();
        Future<Boolean> started =
            other.submit(
                () -> {
                  barrier.await();
                  return call.start();
                });
        barrier.await();
        Executed verdict = call.end(Reason.EXPIRED);
        assertThat(verdict).isEqualTo(started.get() ? Executed.MAYBE : Executed.NO);
        assertThat(call.end(Reason.EXPIRED)).isNull();
      }
    }
  }

  @Test
  void eitherItsAnswerCountsOrItsEnd() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        ServerCall call = call();
        boolean running = i % 2 == 0 && call.start();
        Future<Boolean> answered =
            other.submit(
                () -> {
                  barrier.await();
                  return call.answer();
                });
        barrier.await();
        boolean ended = call.end(Reason.EXPIRED) != null;
        assertThat(ended).as("running: %s", running).isNotEqualTo(answered.get());
      }
    }
  }

  @Test
  void twoThreadsCannotBothEndIt() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < RACES; i++) {
        ServerCall call = call();
        boolean running = i % 2 == 0 && call.start();
        Future<Boolean> ended =
            other.submit(
                () -> {
                  barrier.await();
                  return call.end(Reason.EXPIRED) != null;
                });
        barrier.await();
        boolean here = call.end(Reason.EXPIRED) != null;
        assertThat(here).as("running: %s", running).isNotEqualTo(ended.get());
      }
    }
  }

  @Test
  void aNotificationHasNoReply() {
    ServerCall call = call(Dialect.V1, null);
    assertThat(call.success(Bytes.of("1".getBytes(UTF_8)), ReplyMeta.NONE)).isNull();
    assertThat(call.success(Bytes.of("1".getBytes(UTF_8)), ReplyMeta.NONE.withMicros(1, 1)))
        .isNull();
    assertThat(call.failure(WireError.of(ErrorCode.INTERNAL, "x"))).isNull();
  }

  @Test
  void aBareRequestIsAlwaysAnswered() {
    Bytes frame = call(Dialect.BARE, null).success(Bytes.of("1".getBytes(UTF_8)), ReplyMeta.NONE);
    assertThat(String.valueOf(frame)).endsWith("{\"id\":null,\"result\":1}");
  }

  private static ServerCall call() {
    return call(Dialect.V1, new Id.Number(1));
  }

  private static ServerCall call(Dialect dialect, @Nullable Id id) {
    ReplyTo nobody = new ReplyTo.Direct(new ServerOutput());
    return new ServerCall(new Message.Request(dialect, id, "m", null, Meta.NONE), nobody, 0, 0, 0);
  }
}

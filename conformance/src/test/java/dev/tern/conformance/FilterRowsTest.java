package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What a peer provokes in the filters and the params of a server, and what it is told of whether
 * its call ran. Rows 75 to 78 of docs/PROMISES.md.
 */
class FilterRowsTest extends BadInput {
  record Picky(int value) {
    Picky {
      if (value == 0) {
        throw new IllegalStateException(TestService.SECRET);
      }
      if (value < 0) {
        throw new IllegalArgumentException("value: " + value + " (expected: 1 or more)");
      }
    }
  }

  private static final Method<Picky, Integer> PICKY =
      Method.of("picky", Picky.class, Integer.class);

  private final CountDownLatch waiting = new CountDownLatch(1);

  FilterRowsTest(TestTransport kind) {
    super(kind);
  }

  @BeforeEach
  void startWithAFilter() throws IOException {
    restart(builder -> builder.filter(this::filter).serve(PICKY, Picky::value));
  }

  /** Does what {@code meta.auth} says; nothing for the polite. */
  private Response filter(Request request, Handler next) {
    String what = request.meta().get(Meta.AUTH);
    return switch (what == null ? "" : what) {
      case "stranger" -> throw RpcException.refusal(ErrorCode.UNAUTHORIZED, "who are you?");
      case "too often" ->
          throw RpcException.refusal(
              ErrorCode.SERVER_BUSY,
              "slower",
              Map.of("retry_after_ms", 250),
              new IllegalStateException(TestService.SECRET));
      case "refused too late" -> {
        next.handle(request);
        throw RpcException.refusal(ErrorCode.FORBIDDEN, "not yours");
      }
      case "fails" -> throw new IllegalStateException(TestService.SECRET);
      case "fails too late" -> {
        next.handle(request);
        throw new IllegalStateException(TestService.SECRET);
      }
      case "waits" -> waitForAnothersRun(request);
      default -> next.handle(request);
    };
  }

  private Response waitForAnothersRun(Request request) {
    CountDownLatch cancelled = new CountDownLatch(1);
    request.cancelToken().onCancel(cancelled::countDown);
    request.mayHaveRun();
    waiting.countDown();
    await(cancelled);
    throw RpcException.refusal(ErrorCode.UNAVAILABLE, "waits no longer");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** The error of a call with that {@code meta.auth}, on a connection that lives. */
  private JsonNode error(String auth, ErrorCode code, Executed executed) {
    ScriptedPeer peer = peer();
    JsonNode reply =
        ask(peer, "{'id':1,'method':'add','params':[1,2],'meta':{'auth':'" + auth + "'}}");
    JsonNode error = Replies.v1Error(reply, "1", code, executed);
    assertThat(error.toString()).doesNotContain(TestService.SECRET);
    expectAlive(peer);
    return error;
  }

  @Test
  void row75_aFiltersRefusalSaysWhyAndThatNothingRan() {
    assertThat(error("stranger", ErrorCode.UNAUTHORIZED, Executed.NO).get("message").asString())
        .isEqualTo("who are you?");
    assertThat(error("too often", ErrorCode.SERVER_BUSY, Executed.NO).get("details"))
        .hasToString(json("{'retry_after_ms':250}"));
  }

  @Test
  void row75_aRefusalAfterTheMethodHasRunIsMaybe() {
    error("refused too late", ErrorCode.FORBIDDEN, Executed.MAYBE);
  }

  @Test
  void row76_aFilterThatFailsBeforeTheMethodIsInternalAndNo() {
    error("fails", ErrorCode.INTERNAL, Executed.NO);
  }

  @Test
  void row76_aFilterThatFailsAfterTheMethodIsInternalAndMaybe() {
    error("fails too late", ErrorCode.INTERNAL, Executed.MAYBE);
  }

  @Test
  void row77_aConstructorThatFailsIsInternalAndNo() {
    ScriptedPeer peer = peer();
    JsonNode error = expectRefused(peer, call("[0]"), ErrorCode.INTERNAL);
    assertThat(error.toString()).doesNotContain(TestService.SECRET);
  }

  @Test
  void row77_aConstructorThatRefusesIsInvalidParams() {
    JsonNode error = expectRefused(peer(), call("[-1]"), ErrorCode.INVALID_PARAMS);
    assertThat(error.get("message").asString()).isEqualTo("value: -1 (expected: 1 or more)");
  }

  private static String call(String params) {
    return "{'id':1,'method':'picky','params':" + params + ",'meta':{}}";
  }

  @Test
  void row78_aCancelledCallThatWaitsForAnothersRunIsMaybe() {
    ScriptedPeer peer = peer();
    peer.sendFrame(json("{'id':1,'method':'add','params':[1,2],'meta':{'auth':'waits'}}"));
    await(waiting);
    JsonNode reply = ask(peer, "{'method':'rpc.cancel','params':{'id':1},'meta':{}}");
    Replies.v1Error(reply, "1", ErrorCode.UNAVAILABLE, Executed.MAYBE);
    expectAlive(peer);
  }

  @Test
  void row78_theDeadlineOfACallThatWaitsForAnothersRunIsMaybe() {
    JsonNode reply =
        ask(
            peer(),
            "{'id':1,'method':'add','params':[1,2],'meta':{'auth':'waits','timeout_ms':50}}");
    Replies.v1Error(reply, "1", ErrorCode.TIMEOUT, Executed.MAYBE);
  }
}

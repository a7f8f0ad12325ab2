package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcFixture;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A call whose handler and whose deadline meet: one of them is first, and the peer is told which.
 */
final class CallTaskTest extends RpcFixture {
  private static final long SEED = 0x5eed_0008L;
  private static final int ROUNDS = 200;

  /** How often the thread that lets the handler go may spin before: so that either may be first. */
  private static final int MAX_LEAD = 5_000;

  private static final Method<Void, String> HOLD = Method.of("test.hold", Void.class, String.class);
  private static final Method<Void, String> NOTE = Method.of("test.note", Void.class, String.class);

  private final Semaphore holding = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final Random random = new Random(SEED);

  /** A server whose {@link #HOLD} waits to be released, and whose {@link #NOTE} does not. */
  private RawPeer peerOf(Lane lane) {
    return rawClient(
        start(
            usualServer()
                .timers(clock)
                .pool("one", 1, 8)
                .serve(
                    HOLD,
                    lane,
                    _ -> {
                      holding.release();
                      released.acquire();
                      return "held";
                    })
                .serve(
                    NOTE,
                    lane,
                    _ -> {
                      ran.add("" + Request.current().id());
                      return "noted";
                    })));
  }

  private static String call(String id, Method<?, ?> method, long timeoutMillis) {
    return "{\"id\":\"%s\",\"method\":\"%s\",\"meta\":{\"timeout_ms\":%d}}"
        .formatted(id, method.name(), timeoutMillis);
  }

  /** Moves the clock past the deadline and lets the handler go, at the same time. */
  private void race() throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    Thread time =
        Thread.ofPlatform()
            .start(
                () -> {
                  awaitCount(start);
                  clock.advance(Duration.ofSeconds(1));
                });
    start.countDown();
    for (int i = random.nextInt(MAX_LEAD); i > 0; i--) {
      Thread.onSpinWait();
    }
    released.release();
    time.join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "one"})
  void onlyOneReplyLeavesForAnId(String lane) throws InterruptedException {
    RawPeer peer = peerOf(lane.equals("virtual") ? Lane.VIRTUAL : Lane.pool(lane));
    for (int round = 0; round < ROUNDS; round++) {
      String id = "call " + round;
      peer.send(call(id, HOLD, 1_000));
      holding.acquire();

      race();
      JsonNode reply = peer.read();
      peer.send("{\"id\":\"ping\",\"method\":\"rpc.ping\",\"meta\":{}}");

      assertThat(reply.get("id").asString()).as("seed %s", SEED).isEqualTo(id);
      assertThat(outcomeOf(reply)).as("seed %s", SEED).isIn("OK", "TIMEOUT maybe");
      assertThat(peer.read().get("id").asString()).as("seed %s", SEED).isEqualTo("ping");
    }
  }

  @Test
  void aCallThatIsSaidNotToHaveRunHasNot() throws InterruptedException {
    RawPeer peer = peerOf(Lane.pool("one"));
    for (int round = 0; round < ROUNDS; round++) {
      String queued = "queued " + round;
      peer.send(call("hold", HOLD, 3_600_000), call(queued, NOTE, 1_000));
      holding.acquire();

      race();
      Map<String, JsonNode> replies = new TreeMap<>();
      for (int i = 0; i < 2; i++) {
        JsonNode reply = peer.read();
        replies.put(reply.get("id").asString(), reply);
      }

      assertThat(replies).as("seed %s", SEED).containsOnlyKeys("hold", queued);
      String outcome = outcomeOf(replies.get(queued));
      assertThat(outcome).as("seed %s", SEED).isIn("OK", "TIMEOUT no", "TIMEOUT maybe");
      if (!outcome.equals("TIMEOUT maybe")) { // then it may be about to run
        assertThat(ran.contains("\"" + queued + "\""))
            .as("%s ran, and ended with %s; seed %s", queued, outcome, SEED)
            .isEqualTo(outcome.equals("OK"));
      }
    }
  }

  private static String outcomeOf(JsonNode reply) {
    JsonNode error = reply.get("error");
    return error == null
        ? "OK"
        : error.get("code").asString() + " " + error.get("executed").asString();
  }
}

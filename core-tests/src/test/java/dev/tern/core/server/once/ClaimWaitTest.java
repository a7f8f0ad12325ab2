package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Lane;
import dev.tern.core.RawPeer;
import dev.tern.core.outcome.Attempt;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.server.Server;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other attempts do while the store has not said yet whose the operation is. */
final class ClaimWaitTest extends OnceFixture {
  private static final String OTHER_PARAMS = "{\"a\":7,\"b\":7}";

  /** The store takes its time for each claim, at the gate. */
  private final class SlowStore implements OutcomeStore {
    private final boolean blocks;

    SlowStore(boolean blocks) {
      this.blocks = blocks;
    }

    @Override
    public Claim claim(Attempt attempt) {
      try {
        gate.pass();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return store.claim(attempt);
    }

    @Override
    public boolean mayBlock() {
      return blocks;
    }

    @Override
    public String dedup() {
      return store.dedup();
    }

    @Override
    public Duration window() {
      return store.window();
    }

    @Override
    public long nowMillis() {
      return store.nowMillis();
    }

    @Override
    public void complete(Claim.Mine claim, Outcome outcome) {
      store.complete(claim, outcome);
    }

    @Override
    public void release(Claim.Mine claim) {
      store.release(claim);
    }

    @Override
    public @Nullable Claim find(
        Operation operation, @Nullable String dedup, @Nullable Long firstMillis, boolean fence) {
      return store.find(operation, dedup, firstMillis, fence);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private Server slow(boolean blocks, Lane lane) {
    return start(
        onceServer()
            .pool("pool", 1, 100)
            .outcomes(new SlowStore(blocks))
            .serve(RUN, lane, this::count));
  }

  private static String other(int id) {
    return call(id, OTHER_PARAMS, "\"key\":\"" + KEY + "\"");
  }

  /** More than there are threads to run them: if they kept those, the claim would never end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attemptsWithOtherParamsLeaveTheProcessorsAlone(boolean blocks) {
    RawPeer peer = rawClient(slow(blocks, Lane.VIRTUAL));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    int others = Runtime.getRuntime().availableProcessors() + 4;
    for (int i = 2; i < 2 + others; i++) {
      sendJoiner(peer, other(i));
    }
    gate.open();

    for (int i = 1; i < 2 + others; i++) {
      var reply = peer.read();
      if (reply.get("id").asInt() == 1) {
        assertResult(reply, "3");
      } else {
        assertError(reply, "CONFLICT", "no");
      }
    }
    assertThat(runs).hasValue(1);
  }

  @Test
  void theyWaitNoLongerThanTheirDeadline() {
    RawPeer peer = rawClient(slow(false, Lane.VIRTUAL));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    String meta = "\"key\":\"" + KEY + "\",\"timeout_ms\":100";
    sendJoiner(peer, call(2, OTHER_PARAMS, meta));
    clock.advance(Duration.ofMillis(100));

    assertError(peer.read(), "TIMEOUT", "no");
    gate.open();
    assertResult(peer.read(), "3");
  }

  /** On a pool of one thread: a call that comes then must not wait on it for the one that runs. */
  @Test
  void theyHoldNoThreadOfAPool() {
    RawPeer peer = rawClient(slow(false, Lane.pool("pool")));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    sendJoiner(peer, other(2));
    gate.open();

    var one = peer.read();
    var another = peer.read();
    assertThat(one.get("id").asInt() + another.get("id").asInt()).isEqualTo(3);
    assertThat(runs).hasValue(1);
  }
}

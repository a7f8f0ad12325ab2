package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.TypeRef;
import dev.tern.core.client.Client;
import dev.tern.protocol.Executed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What lists and maps of params are made of is a part of what all connections may hold. */
final class ParamsMemoryTest extends RpcFixture {
  private static final int BUDGET = 1 << 20;

  /** Of 64 bytes each, more than half of that. */
  private static final int MORE_THAN_HALF = 10_000;

  private static final Method<List<Object>, Integer> HOLD =
      Method.of("test.hold", new TypeRef<List<Object>>() {}, Integer.class);
  private static final Method<Map<String, Object>, Integer> SIZE =
      Method.of("test.size", new TypeRef<Map<String, Object>>() {}, Integer.class);

  private Client serving() {
    return client(
        start(
            usualServer()
                .processBytes(BUDGET)
                .serve(
                    HOLD,
                    all -> {
                      gate.pass();
                      return all.size();
                    })
                .serve(SIZE, Map::size)));
  }

  private static List<Object> zeros(int count) {
    return new ArrayList<>(Collections.nCopies(count, 0));
  }

  @Test
  void whatDoesNotFitBesideOthersIsBusyUntilTheyHaveEnded() {
    Client client = serving();
    CompletableFuture<Integer> first = client.callAsync(HOLD, zeros(MORE_THAN_HALF));
    gate.awaitEntered(1);

    RpcException busy = failure(() -> client.call(SIZE, Map.of("a", zeros(MORE_THAN_HALF))));

    assertThat(busy.code()).isEqualTo("SERVER_BUSY");
    assertThat(busy.executed()).isEqualTo(Executed.NO);
    assertThat(busy.details()).containsKey("retry_after_ms");
    assertThat(client.call(SIZE, Map.of("a", zeros(100)))).as("a small one").isEqualTo(1);
    gate.open();
    assertThat(result(first)).isEqualTo(MORE_THAN_HALF);
    assertThat(client.call(SIZE, Map.of("a", zeros(MORE_THAN_HALF)))).isEqualTo(1);
  }

  @Test
  void whatCanNeverFitIsTooLarge() {
    RpcException tooLarge = failure(() -> serving().call(HOLD, zeros(2 * MORE_THAN_HALF)));

    assertThat(tooLarge.code()).isEqualTo("TOO_LARGE");
    assertThat(tooLarge.executed()).isEqualTo(Executed.NO);
    assertThat(tooLarge)
        .hasMessage("params: more elements and entries than this server has room for");
  }

  /** What others hold is not given back by one that was refused. */
  @Test
  void aRefusalGivesBackWhatItHadTaken() {
    Client client = serving();
    for (int i = 0; i < 5; i++) {
      var _ = failure(() -> client.call(HOLD, zeros(2 * MORE_THAN_HALF)));
    }

    assertThat(client.call(SIZE, Map.of("a", zeros(MORE_THAN_HALF)))).isEqualTo(1);
  }
}

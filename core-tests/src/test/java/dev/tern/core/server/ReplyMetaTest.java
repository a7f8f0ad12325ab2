package dev.tern.core.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.Response;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.protocol.Meta;
import dev.tern.protocol.ReplyMeta;
import dev.tern.transport.memory.MemoryTransport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a reply says about itself: what its response says, and the times that were asked for. */
class ReplyMetaTest {
  private static final Method<String[], Integer> LENGTH =
      Method.of("length", String[].class, Integer.class);

  private static final Filter ASKS_FOR_TIMES =
      (request, next) -> next.handle(request.withMeta(request.meta().with(Meta.TIMING, true)));

  @Test
  void aReplySaysNothingByItself() throws Exception {
    ReplyMeta meta = reply(said -> said, false);

    assertThat(meta.replayed()).isFalse();
    assertThat(meta.handlerMicros()).isEqualTo(Meta.UNSAID);
  }

  @Test
  void aReplySaysThatItIsReplayedIfItsResponseDoes() throws Exception {
    assertThat(reply(said -> said.withReplayed(true), false).replayed()).isTrue();
  }

  @Test
  void theTimesThatWereAskedForAreAddedToWhatTheResponseSays() throws Exception {
    ReplyMeta meta = reply(said -> said.withReplayed(true), true);

    assertThat(meta.replayed()).isTrue();
    assertThat(meta.queueMicros()).isNotNegative();
    assertThat(meta.handlerMicros()).isNotNegative();
  }

  @Test
  void theTimesThatTheResponseSaysAreNotReplaced() throws Exception {
    ReplyMeta meta = reply(said -> said.withMicros(123_456_789, 987_654_321), true);

    assertThat(meta.queueMicros()).isEqualTo(123_456_789);
    assertThat(meta.handlerMicros()).isEqualTo(987_654_321);
  }

  private static ReplyMeta reply(UnaryOperator<ReplyMeta> said, boolean timed) throws Exception {
    Filter says =
        (request, next) ->
            switch (next.handle(request)) {
              case Response.Value value ->
                  new Response.Value(value.value(), said.apply(value.meta()));
            };
    try (MemoryTransport transport = new MemoryTransport();
        Server server =
            Server.builder(transport).filter(says).serve(LENGTH, p -> p.length).listen(0);
        Client client =
            timed
                ? Client.builder(transport)
                    .retry(RetryPolicy.NONE)
                    .failFast()
                    .filter(ASKS_FOR_TIMES)
                    .connect(server.address())
                : Client.builder(transport)
                    .retry(RetryPolicy.NONE)
                    .failFast()
                    .connect(server.address())) {
      Response.Value value =
          client.callEncoded("length", "[\"a\",\"b\"]".getBytes(UTF_8), CallOptions.DEFAULT);
      assertThat(value.encoded()).asString(UTF_8).isEqualTo("2");
      return value.meta();
    }
  }
}

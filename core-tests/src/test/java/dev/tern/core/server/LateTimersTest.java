package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Lane;
import dev.tern.core.RawPeer;
import dev.tern.core.RpcFixture;
import dev.tern.core.runtime.Timers;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A clock that goes on, and whose tasks are so late that they never run. */
class LateTimersTest extends RpcFixture {
  private static final Duration TIMEOUT = Duration.ofMillis(100);

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicInteger runs = new AtomicInteger();

  private final Timers late =
      new Timers() {
        @Override
        public long nanoTime() {
          return clock.nanoTime();
        }

        @Override
        public Scheduled schedule(long delayNanos, Runnable task) {
          return () -> {};
        }
      };

  /** A call that waits for a thread, until the clock has moved so far. */
  private JsonNode answeredAfter(Duration waited) throws InterruptedException {
    Server server =
        start(
            Server.builder(transport)
                .timers(late)
                .serve(ADD, Lane.of(tasks::add), p -> p.a() + p.b() + runs.getAndIncrement()));
    tasks.clear(); // the server has tried whether they would run in place
    RawPeer caller = rawClient(server);
    caller.send(
        "{\"id\":1,\"method\":\"calc.add\",\"params\":{\"a\":1,\"b\":2},\"meta\":{\"timeout_ms\":%d}}"
            .formatted(TIMEOUT.toMillis()));
    Runnable task = tasks.poll(40, TimeUnit.SECONDS);
    assertThat(task).isNotNull();
    clock.advance(waited);
    task.run();
    return caller.read();
  }

  @Test
  void nothingBeginsAfterItsDeadline() throws InterruptedException {
    JsonNode error = answeredAfter(TIMEOUT).get("error");

    assertThat(error.get("code").asString()).isEqualTo("TIMEOUT");
    assertThat(error.get("executed").asString()).isEqualTo("no");
    assertThat(error.get("details").get("stage").asString()).isEqualTo("server_queue");
    assertThat(runs).hasValue(0);
  }

  @Test
  void whatIsInTimeBegins() throws InterruptedException {
    assertThat(answeredAfter(TIMEOUT.minusNanos(1)).get("result").intValue()).isEqualTo(3);
  }
}

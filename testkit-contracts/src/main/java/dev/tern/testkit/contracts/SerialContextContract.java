package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Part 2 of the contract: the tasks of a connection run one after the other. */
abstract class SerialContextContract extends TransferContract {

  private static final int THREADS = 8;
  private static final int TASKS_PER_THREAD = 500;

  @Test
  void aTaskOfTheContextRunsAtOnce() {
    Recorder client = link().client();

    List<String> order = new ArrayList<>();
    client.run(
        connection -> {
          order.add("before");
          connection.execute(() -> order.add("inner"));
          order.add("after");
        });

    assertThat(order).containsExactly("before", "inner", "after");
  }

  @Test
  void aTaskOfOnBytesRunsAtOnce() {
    List<String> order = new ArrayList<>();
    Link link =
        link(
            client -> client,
            server ->
                server.uponBytes(
                    (connection, bytes) -> {
                      order.add("before");
                      connection.execute(() -> order.add("inner"));
                      order.add("after");
                    }));

    link.client().send(new byte[1]);

    link.server().awaitBytes(1);
    assertThat(link.server().<List<String>>ask(connection -> List.copyOf(order)))
        .containsExactly("before", "inner", "after");
  }

  @Test
  void theAcceptorRunsInTheContext() {
    List<String> order = new ArrayList<>();
    Link link =
        link(
            client -> client,
            server -> {
              order.add("before");
              server.connection.execute(() -> order.add("inner"));
              order.add("after");
              return server;
            });

    assertThat(link.server().<List<String>>ask(connection -> List.copyOf(order)))
        .containsExactly("before", "inner", "after");
  }

  @Test
  void theAcceptorMayWrite() {
    Link link =
        link(
            client -> client,
            server -> {
              server.connection.write(new byte[] {7});
              server.connection.flush();
              return server;
            });

    assertThat(link.client().awaitBytes(1)).containsExactly(7);
  }

  @Test
  void noTwoTasksAtOnceAndEachThreadKeepsItsOrder() {
    Recorder client = link().client();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger atOnce = new AtomicInteger();
    // Not thread-safe, on purpose: the context makes it safe.
    List<List<Integer>> order = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(THREADS * TASKS_PER_THREAD);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<Integer> mine = new ArrayList<>();
      order.add(mine);
      Runnable feed =
          () -> {
            for (int n = 0; n < TASKS_PER_THREAD; n++) {
              int number = n;
              client.connection.execute(
                  () -> {
                    atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    mine.add(number);
                    inside.decrementAndGet();
                    all.countDown();
                  });
            }
          };
      threads.add(
          i % 2 == 0 ? Thread.ofPlatform().unstarted(feed) : Thread.ofVirtual().unstarted(feed));
    }

    threads.forEach(Thread::start);
    threads.forEach(TransferContract::join);
    Recorder.eventually("all tasks", () -> all.getCount() == 0);

    assertThat(atOnce).hasValue(1);
    assertThat(client.<List<List<Integer>>>ask(connection -> order))
        .allSatisfy(mine -> assertThat(mine).hasSize(TASKS_PER_THREAD).isSorted());
  }

  @Test
  void tasksAndArrivingBytesTakeTurns() {
    Link link = link();
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    link.client().send(new byte[1_000]);
                  }
                });

    for (int i = 0; i < 500; i++) {
      link.server().run(connection -> {}); // the recorder notes an overlap
    }

    assertThat(link.server().awaitBytes(500_000)).hasSize(500_000);
    join(sender);
  }

  @Test
  void aTaskStillRunsAfterTheEnd() {
    Recorder client = link().client();
    client.connection.abort();
    client.awaitClosed();

    assertThat(client.<Boolean>ask(connection -> true)).isTrue();
  }

  @Test
  void aTaskStillRunsAfterTheTransportIsClosed() {
    Recorder client = link().client();
    transport.close();

    assertThat(client.<Boolean>ask(connection -> true)).isTrue();
  }

  @Test
  void afterTheEndWritingDoesNothing() {
    Recorder client = link().client();
    client.connection.abort();
    client.awaitClosed();

    client.send(new byte[1_000]);

    assertThat(client.unsentBytes()).isZero();
    assertThat(client.sentBytes()).isZero();
  }

  @Test
  void afterTheEndEverythingElseIsHarmless() {
    Recorder client = link().client();
    client.connection.abort();
    client.awaitClosed();

    client.run(
        connection -> {
          connection.pauseReading();
          connection.resumeReading();
          connection.close();
        });
    client.connection.abort();

    assertThat(client.timesClosed()).isEqualTo(1);
  }

  @Test
  void theAddressesOfBothEndsMatch() {
    Link link = link();
    Connection client = link.client().connection;
    Connection server = link.server().connection;

    assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
    assertThat(client.localAddress()).isEqualTo(server.remoteAddress());
  }
}

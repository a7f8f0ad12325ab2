package dev.tern.cli.serve;

import dev.tern.cli.message.Payload;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.core.server.ServerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Many calls in flight at once. The server answers none before all have arrived, and then in a
 * shuffled order; a wiretap at the client counts what really travelled, and in which order.
 */
final class Crowd implements Wiretap.Observer {
  static final int CALLS = 1_000;

  private static final Method<Turn, Integer> TOGETHER =
      Method.of("together", Turn.class, Integer.class).effect(Effect.READ);

  private static final long SHUFFLE_SEED = 1;

  /** Stands for an id that is no number. */
  private static final long HELLO = Long.MIN_VALUE;

  private final CountDownLatch arrived = new CountDownLatch(CALLS);

  /** The place of each call in the order of answers, and who has had its turn. */
  private final List<Integer> places;

  private final List<CountDownLatch> answered =
      Stream.generate(() -> new CountDownLatch(1)).limit(CALLS).toList();

  // Guarded by the lock.
  private final ReentrantLock lock = new ReentrantLock();
  private int connections;
  private int inFlight;
  private int peak;
  private long lastId = Long.MIN_VALUE;
  private int overtaken;

  /** A call's number. */
  record Turn(int number) {}

  /**
   * What came of it.
   *
   * @param right how many calls got their own answer
   * @param peak how many were in flight at once at most
   * @param overtaken how many answers came after the answer to a later call
   */
  record Outcome(int right, int connections, int peak, int overtaken, Duration took) {}

  Crowd() {
    places = new ArrayList<>(IntStream.range(0, CALLS).boxed().toList());
    Collections.shuffle(places, new Random(SHUFFLE_SEED));
  }

  void offer(ServerBuilder server) {
    server.serve(TOGETHER, this::answer);
  }

  private Integer answer(Turn turn) throws InterruptedException {
    arrived.countDown();
    arrived.await();
    int place = places.get(turn.number());
    if (place > 0) {
      answered.get(place - 1).await();
    }
    answered.get(place).countDown();
    return turn.number();
  }

  /** Makes the calls; once. */
  Outcome call(Client client) {
    long began = System.nanoTime();
    List<CompletableFuture<Integer>> futures =
        IntStream.range(0, CALLS)
            .mapToObj(number -> client.callAsync(TOGETHER, new Turn(number)))
            .toList();
    int right = 0;
    for (int number = 0; number < CALLS; number++) {
      right += futures.get(number).join() == number ? 1 : 0;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    lock.lock();
    try {
      return new Outcome(right, connections, peak, overtaken, took);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void connected(Duration took) {
    lock.lock();
    try {
      connections++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void sent(byte[] payload) {
    if (idOf(payload) == HELLO) {
      return; // what the client says of itself is no call
    }
    lock.lock();
    try {
      inFlight++;
      peak = Math.max(peak, inFlight);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void received(byte[] payload) {
    long id = idOf(payload);
    if (id == HELLO) {
      return;
    }
    lock.lock();
    try {
      inFlight--;
      if (id < lastId) {
        overtaken++;
      } else {
        lastId = id;
      }
    } finally {
      lock.unlock();
    }
  }

  /** A client numbers its calls in the order in which they leave; its own hello has a word. */
  private static long idOf(byte[] payload) {
    String id = Payload.id(payload);
    if (id == null) {
      throw new IllegalStateException("a frame without an id");
    }
    return id.equals(Payload.HELLO) ? HELLO : Long.parseLong(id);
  }
}

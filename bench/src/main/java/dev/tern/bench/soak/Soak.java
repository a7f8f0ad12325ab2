package dev.tern.bench.soak;

import dev.tern.bench.draw.Progress;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** A server whose visitors come and go for a long time, and what all of them hold meanwhile. */
final class Soak {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Duration WINDOW = Duration.ofSeconds(5);

  /** What is kept of what went wrong: the first of them say enough. */
  private static final int MOST_UNEXPECTED = 20;

  /** How long what was closed may take until nothing is left of it. */
  private static final long SETTLE_NANOS = 20_000_000_000L;

  private static final long LOOK_MILLIS = 500;

  /** So often the guarded server is drained and started again. */
  private static final long RESTART_MILLIS = 5_000;

  /** Each kind of call has been made by then. */
  private static final long WARM_UP_MILLIS = 2_000;

  private final int visitors;
  private final long seed;
  private final CountingTimers timers = new CountingTimers();
  private final LongAdder calls = new LongAdder();
  private final LongAdder wrong = new LongAdder();
  private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();
  private volatile boolean ends;

  Soak(int visitors, long seed) {
    this.visitors = visitors;
    this.seed = seed;
  }

  /** A call has ended. */
  void ended() {
    calls.increment();
  }

  /** Something has happened that must not. */
  void unexpected(RuntimeException e) {
    wrong.increment();
    if (unexpected.size() < MOST_UNEXPECTED) {
      unexpected.add(e.toString());
    }
  }

  /** How often something has happened that must not. */
  long wrong() {
    return wrong.sum();
  }

  /** The first of these, in words. */
  List<String> unexpected() {
    return List.copyOf(unexpected);
  }

  /**
   * Lets them come and go.
   *
   * @param length how long
   * @param samples how often it is looked meanwhile
   * @return what was held before, meanwhile, and when all was closed: the first and the last
   */
  List<SoakSample> run(Duration length, int samples, Progress progress)
      throws IOException, InterruptedException {
    warmUp(progress);
    long began = System.nanoTime();
    List<SoakSample> seen = new ArrayList<>();
    seen.add(sample(began, 0));
    visited(
        server -> {
          for (int i = 1; i <= samples; i++) {
            progress.step("soak", calls.sum() + " calls, " + wrong.sum() + " unexpected");
            sleepUntil(began + length.toNanos() / samples * i);
            seen.add(sample(began, server.stats().connections()));
          }
        });
    progress.step("soak", "closing");
    seen.add(settled(began, seen.getFirst()));
    return seen;
  }

  /** Loads what is loaded once, so that the first sample knows it. */
  private void warmUp(Progress progress) throws IOException, InterruptedException {
    progress.step("soak", "loading");
    visited(_ -> Thread.sleep(WARM_UP_MILLIS));
    calls.reset();
  }

  private interface Meanwhile {
    void pass(Server server) throws InterruptedException;
  }

  /** A server with visitors, for as long as this takes; then all of it is closed. */
  private void visited(Meanwhile meanwhile) throws IOException, InterruptedException {
    Environment environment = Environment.SYSTEM.withTimers(timers);
    try (NettyTransport netty = NettyTransport.create();
        ThreadsTransport threads = new ThreadsTransport();
        MemoryStore store = MemoryStore.builder().window(WINDOW).timers(timers).build();
        GuardedServer guarded = new GuardedServer(threads, environment, store);
        Server server =
            Visitor.serve(Server.builder(netty), environment, store)
                .limit(ConcurrencyLimit.fixed(200))
                .listen(0)) {
      List<Door> doors =
          List.of(
              new Door(netty, server.port(), false),
              new Door(threads, server.port(), false),
              new Door(GuardedServer.callers(netty), guarded.port(), true));
      ends = false;
      List<Thread> all = start(doors, environment);
      all.add(Thread.ofVirtual().start(() -> restart(guarded)));
      meanwhile.pass(server);
      ends = true;
      for (Thread visitor : all) {
        visitor.join();
      }
    }
  }

  private void restart(GuardedServer guarded) {
    try {
      for (long waited = 0; !ends; waited += LOOK_MILLIS) {
        Thread.sleep(LOOK_MILLIS);
        if (waited >= RESTART_MILLIS) {
          guarded.restart();
          waited = 0;
        }
      }
    } catch (IOException | InterruptedException e) {
      unexpected(new IllegalStateException("the guarded server", e));
    }
  }

  private List<Thread> start(List<Door> doors, Environment environment) {
    SplittableRandom seeds = new SplittableRandom(seed);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < visitors; i++) {
      Visitor visitor = new Visitor(this, doors, environment, seeds.nextLong(), () -> !ends);
      all.add(Thread.ofVirtual().start(visitor));
    }
    return all;
  }

  private SoakSample sample(long began, long connections) {
    double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
    return SoakSample.now(seconds, timers.waiting(), connections, calls.sum());
  }

  /** The last sample: when all is as it was before, or does not become so. */
  private SoakSample settled(long began, SoakSample before) throws InterruptedException {
    long until = System.nanoTime() + SETTLE_NANOS;
    SoakSample last = sample(began, 0);
    while (SoakReport.leaks(before, last).size() > 0 && System.nanoTime() < until) {
      Thread.sleep(LOOK_MILLIS);
      last = sample(began, 0);
    }
    return last;
  }

  private static void sleepUntil(long instant) throws InterruptedException {
    long left = instant - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}

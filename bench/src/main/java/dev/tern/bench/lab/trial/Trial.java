package dev.tern.bench.lab.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Runs one setting once. */
public final class Trial {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Setting setting;
  private final Site site;
  private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final CountDownLatch open;

  private Trial(Setting setting, Site site) {
    this.setting = setting;
    this.site = site;
    this.open = new CountDownLatch(setting.load().calls());
  }

  /**
   * Runs it, and returns when each call has ended.
   *
   * @param seed decides what is lost, what is slow, and how long waits are
   * @param binMillis how fine the time is told
   */
  public static Figures run(Setting setting, long seed, int binMillis) throws InterruptedException {
    try (Site site = new Site(setting, seed)) {
      return new Trial(setting, site).measure(binMillis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Figures measure(int binMillis) throws InterruptedException {
    site.begin();
    switch (setting.load()) {
      case Load.Closed(int callers, int calls) -> {
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < callers; i++) {
          Thread.startVirtualThread(
              () -> {
                while (next.getAndIncrement() < calls) {
                  call(System.nanoTime());
                }
              });
        }
      }
      case Load.Open(int perSecond, _) -> start(setting.load().calls(), perSecond, 0);
      case Load.Surge surge -> start(surge);
    }
    open.await();
    double millis = (System.nanoTime() - site.began()) / NANOS_PER_MILLI;
    return Figures.of(List.copyOf(ended), site.seen(), millis, binMillis);
  }

  private void start(Load.Surge load) {
    int before = calls(load.perSecond(), load.fromMillis());
    int many = load.perSecond() * load.factor();
    int during = calls(many, load.untilMillis() - load.fromMillis());
    start(before, load.perSecond(), 0);
    start(during, many, load.fromMillis());
    start(load.calls() - before - during, load.perSecond(), load.untilMillis());
  }

  private static int calls(int perSecond, int millis) {
    return Math.toIntExact((long) perSecond * millis / 1_000);
  }

  /** Starts calls by the clock, from so many milliseconds after the beginning on. */
  private void start(int count, int perSecond, int fromMillis) {
    long from = site.began() + Math.round(fromMillis * NANOS_PER_MILLI);
    for (int i = 0; i < count; i++) {
      long intended = from + Math.round(i * 1e9 / perSecond);
      for (long left; (left = intended - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      Thread.startVirtualThread(() -> call(intended));
    }
  }

  private void call(long intended) {
    try {
      ended.add(site.call(intended));
    } catch (RuntimeException e) { // a bug, which must not keep the trial from its end
      ended.add(
          new Ended(
              intended - site.began(),
              System.nanoTime() - intended,
              System.nanoTime() - intended,
              e.getClass().getSimpleName(),
              List.of()));
    } finally {
      open.countDown();
    }
  }
}

package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Holds handlers until a test lets them go, and tells the test that they have come. */
public final class Gate {
  /** Far more than a busy machine needs; nobody waits that long unless something is broken. */
  public static final long PATIENCE_SECONDS = 40;

  private final Semaphore entered = new Semaphore(0);
  private final CountDownLatch open = new CountDownLatch(1);

  /** For a handler: says that it is here, and waits. */
  public void pass() throws InterruptedException {
    entered.release();
    open.await();
  }

  /** Waits until so many more handlers have come. */
  public void awaitEntered(int handlers) {
    try {
      assertThat(entered.tryAcquire(handlers, PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("handlers that have come, of " + handlers)
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /** Lets all go, also those that come later. */
  public void open() {
    open.countDown();
  }
}

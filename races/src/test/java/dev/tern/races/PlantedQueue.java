package dev.tern.races;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Of {@code WaitingModel}: who leaves looks for somebody who waits before he gives back his place.
 */
public class PlantedQueue {
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  @Operation
  public void call() {
    if (!running.compareAndSet(0, 1)) {
      waiting.incrementAndGet();
      return;
    }
    while (waiting.get() > 0) {
      waiting.decrementAndGet(); // and it runs, in this place
    }
    running.set(0);
  }

  @Validate
  public void nobodyWaitsBesideAFreePlace() {
    if (waiting.get() > 0) {
      throw new IllegalStateException("wait: " + waiting + " (expected: 0)");
    }
  }
}

package dev.tern.races;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** Of {@code PlacesModel}: looks for a place, then takes it. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PlantedLimiter {
  private final AtomicInteger running = new AtomicInteger();
  private final boolean[] mine = new boolean[8];

  @Operation
  public String enter(@Param(name = "thread") int thread) {
    if (mine[thread]) {
      return "HAS";
    }
    if (running.get() >= 1) {
      return "REFUSED";
    }
    running.incrementAndGet();
    mine[thread] = true;
    return "ADMITTED";
  }

  @Operation
  public boolean leave(@Param(name = "thread") int thread) {
    boolean held = mine[thread];
    mine[thread] = false;
    if (held) {
      running.decrementAndGet();
    }
    return held;
  }
}

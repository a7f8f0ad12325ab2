package dev.tern.races;

import org.jetbrains.lincheck.datastructures.Operation;

/** Of {@code PendingCallModel}: two give up a call, and each of them believes that it was him. */
public class PlantedCall {
  private volatile boolean wanted = true;

  @Operation
  public void call() {
    wanted = true;
  }

  @Operation
  public boolean giveUp() {
    if (!wanted) {
      return false;
    }
    wanted = false;
    return true;
  }
}

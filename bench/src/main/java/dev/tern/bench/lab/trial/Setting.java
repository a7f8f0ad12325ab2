package dev.tern.bench.lab.trial;

/**
 * All that a trial is made of, but its seed.
 *
 * @param label what tells it from the others of its experiment
 * @param drop which part of the attempts is lost: half of them on the way to the server, half of
 *     them on the way back
 * @param timeoutMillis of a call, all attempts together
 * @param floodPerSecond calls of another caller, who reads no answers
 */
public record Setting(
    String label,
    Operation operation,
    double drop,
    int timeoutMillis,
    Service service,
    Plan plan,
    Load load,
    int floodPerSecond) {

  /** Without a flood. */
  public Setting(
      String label,
      Operation operation,
      double drop,
      int timeoutMillis,
      Service service,
      Plan plan,
      Load load) {
    this(label, operation, drop, timeoutMillis, service, plan, load, 0);
  }

  /** Beside another caller that makes so many calls a second, whatever it is told. */
  public Setting beside(int flood) {
    return new Setting(label, operation, drop, timeoutMillis, service, plan, load, flood);
  }

  /** The share to lose each way, so that both together lose {@code drop}. */
  double lossEachWay() {
    return 1 - Math.sqrt(1 - drop);
  }
}

package dev.tern.bench.lab.trial;

/**
 * All that a trial is made of, but its seed.
 *
 * @param label what tells it from the others of its experiment
 * @param drop which part of the attempts is lost: half of them on the way to the server, half of
 *     them on the way back
 * @param timeoutMillis of a call, all attempts together
 */
public record Setting(
    String label,
    Operation operation,
    double drop,
    int timeoutMillis,
    Service service,
    Plan plan,
    Load load) {

  /** The share to lose each way, so that both together lose {@code drop}. */
  double lossEachWay() {
    return 1 - Math.sqrt(1 - drop);
  }
}

package dev.tern.core.server;

/**
 * What a server has cut off because its grace was over. Where all is 0, nothing was.
 *
 * @param connections those on which a call was cut off, or a reply had not left
 * @param notBegun calls that were answered UNAVAILABLE, "no": the method had not begun
 * @param mayHaveRun calls that were answered UNAVAILABLE, "maybe": the method had begun
 * @param operations operations that must happen once, whose runs have not ended and were cancelled
 * @param abandoned other methods that run on though nobody waits for them any more: their callers
 *     have cancelled or gone, or were told TIMEOUT; counted by {@link Server#drain} alone
 */
public record DrainReport(
    int connections, int notBegun, int mayHaveRun, int operations, int abandoned) {

  /** Whether nothing was cut off. */
  public boolean isClean() {
    return connections + notBegun + mayHaveRun + operations + abandoned == 0;
  }

  /** In words, for a log. */
  @Override
  public String toString() {
    return "cut off: %d connections, %d calls that had not begun, %d that had, %d operations, %d methods that nobody waited for"
        .formatted(connections, notBegun, mayHaveRun, operations, abandoned);
  }
}

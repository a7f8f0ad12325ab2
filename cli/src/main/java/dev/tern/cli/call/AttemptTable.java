package dev.tern.cli.call;

import dev.tern.cli.offer.MethodTable;
import dev.tern.core.CallAttempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The attempts of a call, for a person. */
final class AttemptTable {
  private static final List<String> TITLES =
      List.of("ATTEMPT", "ENDPOINT", "CODE", "EXECUTED", "WAITED", "BEGAN", "TOOK");

  private static final double NANOS_PER_MILLI = 1_000_000;

  private AttemptTable() {}

  /** The lines of the table, without line breaks; none if there was no attempt. */
  static List<String> lines(List<CallAttempt> attempts) {
    if (attempts.isEmpty()) {
      return List.of();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(TITLES);
    attempts.forEach(attempt -> rows.add(row(attempt)));
    return MethodTable.aligned(rows);
  }

  private static List<String> row(CallAttempt attempt) {
    return List.of(
        attempt.number() + (attempt.isHedge() ? " hedge" : ""),
        attempt.endpoint(),
        attempt.code(),
        attempt.executed().wire(),
        millis(attempt.waited()),
        millis(attempt.began()),
        millis(attempt.took()));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / NANOS_PER_MILLI);
  }
}

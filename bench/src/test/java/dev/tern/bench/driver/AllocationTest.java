package dev.tern.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.contender.Work;
import dev.tern.bench.worker.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guards what a call costs in garbage: each byte that creeps in is paid for a million times. */
@Tag("slow")
class AllocationTest {
  private static final int SERVER_BYTES = 800;
  private static final int CLIENT_BYTES = 1_200;

  /** The compiler removes allocations as it goes, sooner or later as the machine is busy. */
  private static final int MOST_ROUNDS = 30;

  @TempDir private Path logs;

  @Test
  void anInlineCallAllocatesNoMoreThanPromised() throws Exception {
    List<String> rounds = new ArrayList<>();
    boolean kept = false;
    try (Pair pair = Pair.start(inline(), List.of(), logs)) {
      while (!kept && rounds.size() < MOST_ROUNDS) {
        Sample sample = pair.closed(Work.ADD, 512, 1, Duration.ofSeconds(1));
        double server = sample.serverBytesPerCall();
        double client = sample.clientBytesPerCall();
        rounds.add("%.0f at the server, %.0f at the client".formatted(server, client));
        kept = server <= SERVER_BYTES && client <= CLIENT_BYTES;
      }
    }
    assertThat(kept)
        .as("bytes a call: %s (expected: %d, %d)", rounds, SERVER_BYTES, CLIENT_BYTES)
        .isTrue();
  }

  private static Participant inline() {
    return Rivals.own().contenders().stream()
        .filter(contender -> contender.name().equals("netty-inline"))
        .findFirst()
        .orElseThrow();
  }
}

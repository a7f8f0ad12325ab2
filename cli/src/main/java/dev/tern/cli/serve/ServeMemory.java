package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.core.outcome.MemoryStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a server remembers of operations that must happen once. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeMemory {
  @Option(
      names = "--window",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description =
          "how long after its beginning inc may be tried again as the same operation: 500ms, 2s,"
              + " 10m (default: 10m)")
  private Duration window = MemoryStore.DEFAULT_WINDOW;

  @Option(
      names = "--memory-entries",
      paramLabel = "N",
      converter = Arguments.OfEntries.class,
      description =
          "how many operations of one caller are remembered; callers without a name, which all"
              + " are here, share a quarter (default: as many as fit into a tenth of the heap)")
  private @Nullable Long entries;

  MemoryStore store() {
    MemoryStore.Builder builder = MemoryStore.builder().window(window);
    return entries == null ? builder.build() : builder.entries(entries).build();
  }

  /** In words, for who looks on. */
  @Override
  public String toString() {
    String time = words(window);
    return entries == null
        ? "outcomes of inc are kept for " + time
        : "outcomes of inc are kept for %s, %d of one caller".formatted(time, entries);
  }

  private static String words(Duration time) {
    long millis = time.toMillis();
    if (millis % 60_000 == 0) {
      return time.toMinutes() + "m";
    }
    return millis % 1_000 == 0 ? time.toSeconds() + "s" : millis + "ms";
  }
}

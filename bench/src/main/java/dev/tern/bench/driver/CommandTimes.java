package dev.tern.bench.driver;

import dev.tern.bench.report.Results.CommandTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long {@code ./tern call} takes at the shell, the start of its JVM included. */
final class CommandTimes {
  /** The first run may build, or fill a cache. */
  private static final int WARM_UP = 2;

  private final Path root;
  private final int rounds;
  private final Path logs;

  /**
   * @param root where the script lies
   */
  CommandTimes(Path root, int rounds, Path logs) {
    this.root = root;
    this.rounds = rounds;
    this.logs = logs;
  }

  /** Against this server: with the JDK's ahead-of-time cache as the script has it, and without. */
  List<CommandTime> measure(Participant server) throws IOException {
    try (ShellCall call = ShellCall.start(root, server, logs)) {
      List<Double> with = new ArrayList<>();
      List<Double> without = new ArrayList<>();
      for (int i = 0; i < WARM_UP; i++) {
        call.seconds(Map.of());
      }
      for (int i = 0; i < rounds; i++) {
        with.add(call.seconds(Map.of()));
        without.add(call.seconds(Map.of("TERN_AOT_CACHE", "off")));
      }
      return List.of(
          new CommandTime("call", "./tern call", with),
          new CommandTime(
              "call-no-cache", "./tern call, without the ahead-of-time cache", without));
    } catch (FailedException e) {
      return List.of(new CommandTime("call", "./tern call: " + e.getMessage(), List.of()));
    }
  }
}

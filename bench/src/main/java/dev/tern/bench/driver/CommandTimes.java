package dev.tern.bench.driver;

import dev.tern.bench.report.Results.CommandTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long {@code ./tern call} takes at the shell, the start of its JVM included. */
final class CommandTimes {
  private static final Duration START = Duration.ofSeconds(30);
  private static final int LONGEST_SECONDS = 30;

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
    List<String> args = List.of("serve", server.rivalClass(), server.name());
    Path log = logs.resolve("command-server.log");
    try (Jvm jvm = new Jvm(server.classPath(), List.of(), log, args)) {
      String address = "127.0.0.1:" + jvm.read(START)[1];
      List<Double> with = new ArrayList<>();
      List<Double> without = new ArrayList<>();
      for (int i = 0; i < WARM_UP; i++) {
        run(address, Map.of());
      }
      for (int i = 0; i < rounds; i++) {
        with.add(run(address, Map.of()));
        without.add(run(address, Map.of("TERN_AOT_CACHE", "off")));
      }
      return List.of(
          new CommandTime("call", "./tern call", with),
          new CommandTime(
              "call-no-cache", "./tern call, without the ahead-of-time cache", without));
    } catch (FailedException e) {
      return List.of(new CommandTime("call", "./tern call: " + e.getMessage(), List.of()));
    }
  }

  private double run(String address, Map<String, String> environment)
      throws IOException, FailedException {
    Path out = logs.resolve("command.out");
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("tern").toString(), "call", address, "add", "a=1", "b=2")
            .redirectOutput(out.toFile())
            .redirectError(logs.resolve("command.log").toFile());
    builder.environment().putAll(environment);
    long began = System.nanoTime();
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - began) / 1e9;
      if (!ended) {
        process.destroyForcibly();
      }
      if (!ended || process.exitValue() != 0 || !Files.readString(out).strip().equals("3")) {
        throw new FailedException(
            "it did not print 3 within " + LONGEST_SECONDS + " s, see command.log", null);
      }
      return seconds;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted", e);
    }
  }
}

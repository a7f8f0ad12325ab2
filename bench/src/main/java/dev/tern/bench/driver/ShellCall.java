package dev.tern.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ./tern call} at the shell, the start of its JVM included, against a server. */
final class ShellCall implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final int LONGEST_SECONDS = 30;

  /** The first run may build, or prepare the fast start. */
  private static final int FIRST_SECONDS = 300;

  private final Path root;
  private final Path logs;
  private final Jvm server;
  private final String address;
  private int longestSeconds = FIRST_SECONDS;

  private ShellCall(Path root, Path logs, Jvm server, String address) {
    this.root = root;
    this.logs = logs;
    this.server = server;
    this.address = address;
  }

  /**
   * Starts the server.
   *
   * @param root where the script lies
   * @param logs where the server and the command write
   */
  static ShellCall start(Path root, Participant server, Path logs)
      throws IOException, FailedException {
    List<String> args = List.of("serve", server.rivalClass(), server.name());
    Jvm jvm = new Jvm(server.classPath(), List.of(), logs.resolve("command-server.log"), args);
    try {
      return new ShellCall(root, logs, jvm, "127.0.0.1:" + jvm.read(START)[1]);
    } catch (FailedException e) {
      jvm.close();
      throw e;
    }
  }

  /** Runs it once: wall time. */
  double seconds(Map<String, String> environment) throws IOException, FailedException {
    Path out = logs.resolve("command.out");
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("tern").toString(), "call", address, "add", "a=1", "b=2")
            .redirectOutput(out.toFile())
            .redirectError(logs.resolve("command.log").toFile());
    builder.environment().putAll(environment);
    long began = System.nanoTime();
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(longestSeconds, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - began) / 1e9;
      if (!ended) {
        process.destroyForcibly();
      }
      if (!ended || process.exitValue() != 0 || !Files.readString(out).strip().equals("3")) {
        throw new FailedException(
            "it did not print 3 within " + longestSeconds + " s, see command.log", null);
      }
      longestSeconds = LONGEST_SECONDS;
      return seconds;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}

package dev.tern.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code tern call} in a process of its own, which can be killed like anybody's. */
final class ClientProcess implements AutoCloseable {
  /** Longer than it takes on a busy machine. */
  private static final long SECONDS = 20;

  private final Process process;

  private ClientProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it, in a JVM with the options of this one.
   *
   * @param arguments of {@code tern call}
   */
  static ClientProcess call(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X") || option.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tern.cli.Main"));
    command.add("call");
    command.addAll(arguments);
    return new ClientProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Ends it at once, by SIGKILL where there are signals. */
  void kill() {
    process.destroyForcibly();
  }

  /**
   * What it has printed when it has ended, on one line; or that it has printed nothing.
   *
   * @throws IOException if it does not end
   */
  String output() throws IOException, InterruptedException {
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the client does not end");
    }
    return printed.isEmpty() ? "nothing, exit code " + process.exitValue() : printed;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

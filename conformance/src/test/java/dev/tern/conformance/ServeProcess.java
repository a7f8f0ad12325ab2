package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program's own server in a process of its own, on a port that it has chosen. Ended without
 * mercy when closed.
 */
record ServeProcess(Process process, int port) implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on [0-9.]+:([0-9]+) .*");

  /**
   * Starts it, and returns when it listens.
   *
   * @param options beside the port
   */
  static ServeProcess start(String... options) throws IOException {
    List<String> command = tern("serve", "--port", "0");
    command.addAll(List.of(options));
    return start(command);
  }

  /** Starts it on another machine. */
  static ServeProcess start(FarMachine machine, String... options) throws IOException {
    List<String> command = tern("serve", "--port", "0", "--host", machine.there());
    command.addAll(List.of(options));
    return start(machine.command(command));
  }

  /**
   * Starts it, and returns when it listens.
   *
   * @param log what its standard error is written to
   */
  static ServeProcess startWithLog(File log) throws IOException {
    return start(tern("serve", "--port", "0"), ProcessBuilder.Redirect.to(log));
  }

  /** Starts it by a command that ends in {@link #tern}. */
  static ServeProcess start(List<String> command) throws IOException {
    return start(command, ProcessBuilder.Redirect.DISCARD);
  }

  private static ServeProcess start(List<String> command, ProcessBuilder.Redirect log)
      throws IOException {
    Process process = new ProcessBuilder(command).redirectError(log).start();
    String line = Python.firstLine(process);
    Matcher matcher = LISTENING.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return new ServeProcess(process, Integer.parseInt(matcher.group(1)));
  }

  /** Sends a signal, such as TERM, STOP or CONT. */
  static void signal(String name, Process to) throws IOException, InterruptedException {
    String pid = Long.toString(to.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** The program with these arguments, as a command of its own. */
  static List<String> tern(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.tern.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

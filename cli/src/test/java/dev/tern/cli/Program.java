package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The program in a process of its own, for commands that run until they are told to stop. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private Program(Process process) {
    this.process = process;
    this.out = process.inputReader(UTF_8);
  }

  /** Starts it. Its stderr is the test's. */
  public static Program start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new Program(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The groups of the next line, which must match. */
  public Matcher line(String regex) {
    String line = CompletableFuture.supplyAsync(this::readLine).orTimeout(60, SECONDS).join();
    Matcher matcher = Pattern.compile(regex).matcher(line);
    assertThat(matcher.matches()).as("%s (expected: %s)", line, regex).isTrue();
    return matcher;
  }

  private String readLine() {
    try {
      return String.valueOf(out.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells it to stop, as Ctrl-C does; gives the rest of its output, once it has ended. */
  public String stop() throws InterruptedException {
    assertThat(process.toHandle().destroy()).isTrue(); // not Process.destroy: it closes the streams
    String rest =
        CompletableFuture.supplyAsync(() -> out.lines().collect(Collectors.joining("\n")))
            .orTimeout(60, SECONDS)
            .join();
    assertThat(process.waitFor(30, SECONDS)).isTrue();
    return rest;
  }

  /** Its exit code, once it has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

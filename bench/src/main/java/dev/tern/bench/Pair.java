package dev.tern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contender's server and client, each in a JVM of its own with the same flags. */
final class Pair implements AutoCloseable {
  /** Whatever machine it runs on, both sides of every contender have the same heap. */
  private static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final int SECONDS_TO_END = 10;

  private final String name;
  private final Side server;
  private final Side client;

  /**
   * @param extraFlags of the JVM, behind {@link #FLAGS}
   */
  Pair(Contender contender, List<String> extraFlags) throws IOException {
    name = contender.name();
    server = new Side(extraFlags, "serve", name);
    String port = server.read().substring("port ".length());
    client = new Side(extraFlags, "call", name, port);
    client.read();
  }

  String name() {
    return name;
  }

  /** One run; both sides are otherwise idle. */
  Sample run(int callers, Duration time) throws IOException {
    Usage before = usage();
    String[] words = client.ask("run " + callers + " " + time.toMillis()).split(" ", -1);
    Usage serverUsage = usage().since(before);
    return new Sample(
        Long.parseLong(words[0]),
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        serverUsage,
        Usage.ofWords(words[5], words[6], words[7]));
  }

  private Usage usage() throws IOException {
    String[] words = server.ask("usage").split(" ", -1);
    return Usage.ofWords(words[0], words[1], words[2]);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  /** One JVM and the lines that go to and fro. */
  private static final class Side implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    Side(List<String> extraFlags, String... args) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("java.home") + "/bin/java");
      command.addAll(FLAGS);
      command.addAll(extraFlags);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(Worker.class.getName());
      command.addAll(List.of(args));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      commands = process.outputWriter(StandardCharsets.UTF_8);
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String line) throws IOException {
      commands.write(line + "\n");
      commands.flush();
      return read();
    }

    String read() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("a JVM of the benchmark ended; its error stands above");
      }
      return line;
    }

    @Override
    public void close() {
      try {
        commands.close();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (IOException e) {
        process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}

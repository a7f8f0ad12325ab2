package dev.tern.bench.driver;

import dev.tern.bench.worker.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A worker's JVM, and the lines that go to and fro. For one thread. */
final class Jvm implements AutoCloseable {
  /** Whatever machine it runs on, both sides of every contender have the same heap. */
  static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final int SECONDS_TO_END = 5;

  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;
  private final Path log;

  /**
   * @param log where its stderr goes
   * @param args of the {@link Worker}
   */
  Jvm(String classPath, List<String> extraFlags, Path log, List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(FLAGS);
    command.addAll(extraFlags);
    command.addAll(List.of("-cp", classPath, Worker.class.getName()));
    command.addAll(args);
    this.log = log;
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    commands = process.outputWriter(StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws FailedException if the worker says so, or says nothing
   */
  String[] ask(String line, Duration patience) throws FailedException {
    try {
      commands.write(line + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new FailedException(lastWords("the JVM has ended"), e);
    }
    return read(patience);
  }

  /** Waits for a line. After a failure to answer in time the JVM is killed. */
  String[] read(Duration patience) throws FailedException {
    CompletableFuture<@Nullable String> answer = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            answer.complete(readAnswer());
          } catch (IOException e) {
            answer.completeExceptionally(e);
          }
        });
    String line;
    try {
      line = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new FailedException("no answer within " + patience.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted", e);
    } catch (ExecutionException e) {
      throw new FailedException(lastWords("the JVM has ended"), e);
    }
    if (line == null) {
      throw new FailedException(lastWords("the JVM has ended"), null);
    }
    if (line.startsWith(Worker.FAILED)) {
      throw new FailedException(line.substring(Worker.FAILED.length()), null);
    }
    return line.split(" ", -1);
  }

  private @Nullable String readAnswer() throws IOException {
    String line = answers.readLine();
    while (line != null && !line.startsWith(Worker.ANSWER)) {
      line = answers.readLine();
    }
    return line == null ? null : line.substring(Worker.ANSWER.length());
  }

  private String lastWords(String what) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? what : what + ": " + lines.getLast().strip();
    } catch (IOException e) {
      return what;
    }
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

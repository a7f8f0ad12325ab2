package dev.tern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One side of a pair, in a JVM of its own. Talks in lines: commands on stdin, one answer each on
 * stdout; the end of stdin ends it.
 *
 * <pre>
 *   serve NAME        → port N       then: usage → CPU ALLOCATED PEAK
 *   call NAME PORT    → ready        then: run CALLERS MILLIS → CALLS NANOS P50 P99 P999 CPU ALLOCATED PEAK
 * </pre>
 */
final class Worker {
  /** The line to the driver; what anything else prints goes to stderr. */
  private static final PrintStream DRIVER = System.out;

  private Worker() {}

  public static void main(String[] args) throws Exception {
    System.setOut(System.err);
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Contender contender = Contenders.named(args[1]);
    switch (args[0]) {
      case "serve" -> serve(contender, commands);
      case "call" -> call(contender, Integer.parseInt(args[2]), commands);
      default -> throw new IllegalArgumentException(args[0] + " (expected: serve or call)");
    }
    System.exit(0);
  }

  private static void serve(Contender contender, BufferedReader commands) throws Exception {
    try (Contender.Service service = contender.serve()) {
      say("port " + service.port());
      while (commands.readLine() != null) {
        say(Usage.now().toWords());
      }
    }
  }

  private static void call(Contender contender, int port, BufferedReader commands)
      throws Exception {
    try (Contender.Caller caller = contender.connect(port)) {
      caller.call();
      say("ready");
      for (String line; (line = commands.readLine()) != null; ) {
        String[] words = line.split(" ", -1);
        Usage before = Usage.now();
        Load load =
            Load.run(
                caller, Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])));
        say(
            load.calls()
                + " "
                + load.nanos()
                + " "
                + load.latency().getValueAtPercentile(50)
                + " "
                + load.latency().getValueAtPercentile(99)
                + " "
                + load.latency().getValueAtPercentile(99.9)
                + " "
                + Usage.now().since(before).toWords());
      }
    }
  }

  private static void say(String line) throws IOException {
    DRIVER.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    DRIVER.flush();
  }
}

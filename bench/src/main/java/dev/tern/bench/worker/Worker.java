package dev.tern.bench.worker;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import dev.tern.bench.contender.Served;
import dev.tern.bench.contender.ServerSide;
import dev.tern.bench.contender.Side;
import dev.tern.bench.contender.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * One side of a pair, in a JVM of its own. Talks in lines: commands on stdin, one answer each on
 * stdout, behind {@value #ANSWER} because others may print there; the end of stdin ends it. An
 * answer that begins with {@value #FAILED} gives a reason.
 *
 * <pre>
 *   serve RIVAL NAME       → port N    then: usage | memory
 *   call RIVAL NAME PORT   → ready     then: closed WORK CALLERS CONNECTIONS MILLIS | open RATE MILLIS | idle N | rest MILLIS | usage | memory
 *   feed PORT IN_FLIGHT    → ready     then: feed MILLIS
 * </pre>
 *
 * {@code CONNECTIONS} is 0 for one for each call.
 *
 * <p>{@code usage} forgets the peak, and {@code closed}, {@code open} and {@code feed} answer with
 * a {@link Load} and a {@link Usage}.
 */
public final class Worker {
  /** How a line of ours begins. */
  public static final String ANSWER = "bench> ";

  /** How the answer to a command begins that did not work. */
  public static final String FAILED = "failed: ";

  /** The line to the driver; what others print to System.out goes to stderr. */
  private static final PrintStream DRIVER = System.out;

  private Worker() {}

  public static void main(String[] args) throws Exception {
    System.setOut(System.err);
    try {
      switch (args[0]) {
        case "serve" -> serve(served(args[1], args[2]));
        case "call" -> call((Contender) served(args[1], args[2]), Integer.parseInt(args[3]));
        case "feed" -> feed(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        default -> throw new IllegalArgumentException(args[0] + " (expected: serve, call, feed)");
      }
    } catch (Throwable e) { // whatever a rival throws at its start
      fail(e);
    }
    System.exit(0);
  }

  private static Served served(String rival, String name) throws ReflectiveOperationException {
    Rival all = Class.forName(rival).asSubclass(Rival.class).getDeclaredConstructor().newInstance();
    return Stream.<List<? extends Served>>of(all.contenders(), all.variants(), all.servers())
        .flatMap(List::stream)
        .filter(served -> served.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(rival + " has no " + name));
  }

  private static void serve(Served served) throws Exception {
    try (ServerSide server = served.serve()) {
      obey(
          "port " + server.port(),
          words ->
              switch (words[0]) {
                case "usage" -> used();
                default -> memory(words[0], server);
              });
    }
  }

  private static void call(Contender contender, int port) throws Exception {
    try (ClientSide client = contender.client(port)) {
      Connections connections = new Connections(client);
      connections.idle(1);
      obey("ready", words -> answer(words, connections, client));
    }
  }

  private static String answer(String[] words, Connections connections, ClientSide client)
      throws Exception {
    return switch (words[0]) {
      case "closed" -> {
        int callers = Integer.parseInt(words[2]);
        Work work = Work.valueOf(words[1]);
        int shared = Integer.parseInt(words[3]);
        var calls = shared == 0 ? List.of(fresh(client, work)) : connections.calls(shared, work);
        yield measured(() -> ClosedLoop.run(calls, callers, millis(words[4])));
      }
      case "open" -> {
        var call = connections.calls(1, Work.ADD).getFirst();
        double rate = Double.parseDouble(words[1]);
        yield measured(() -> OpenLoop.run(call, rate, millis(words[2])));
      }
      case "idle" -> {
        connections.idle(Integer.parseInt(words[1]));
        yield "ready";
      }
      case "rest" -> {
        Thread.sleep(millis(words[1]));
        yield "ready";
      }
      case "usage" -> used();
      default -> memory(words[0], client);
    };
  }

  private static void feed(int port, int inFlight) throws Exception {
    try (Generator generator = new Generator(port, inFlight)) {
      obey("ready", words -> measured(() -> generator.run(millis(words[1]))));
    }
  }

  /** A connection for each call. */
  private static Call fresh(ClientSide client, Work work) {
    return () -> {
      try (Connection connection = client.connect()) {
        connection.call(work).run();
      }
    };
  }

  private static String used() {
    String used = Usage.now().toWords();
    Usage.resetPeak();
    return used;
  }

  private static String memory(String command, Side side) throws InterruptedException {
    if (!command.equals("memory")) {
      throw new IllegalArgumentException("command: " + command);
    }
    return Memory.now(side).toWords();
  }

  private static Duration millis(String word) {
    return Duration.ofMillis(Long.parseLong(word));
  }

  private interface Measured {
    Load run() throws Exception;
  }

  private static String measured(Measured run) throws Exception {
    Usage.resetPeak();
    Usage before = Usage.now();
    Load load = run.run();
    return load.toWords() + " " + Usage.now().since(before).toWords();
  }

  private interface Obedience {
    String answer(String[] words) throws Exception;
  }

  /** Says the first word, then answers commands until there are no more. */
  private static void obey(String first, Obedience obedience) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    say(first);
    for (String line; (line = commands.readLine()) != null; ) {
      try {
        say(obedience.answer(line.split(" ", -1)));
      } catch (Exception e) {
        fail(e);
      }
    }
  }

  @SuppressWarnings("PrintStackTrace") // into the log beside the reason
  private static void fail(Throwable e) throws IOException {
    e.printStackTrace();
    say(FAILED + e.toString().replaceAll("\\s+", " "));
  }

  private static void say(String line) throws IOException {
    DRIVER.write((ANSWER + line + "\n").getBytes(StandardCharsets.UTF_8));
    DRIVER.flush();
  }
}

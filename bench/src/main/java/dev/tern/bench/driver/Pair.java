package dev.tern.bench.driver;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Work;
import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.report.IdleSample;
import dev.tern.bench.worker.Memory;
import dev.tern.bench.worker.Sample;
import dev.tern.bench.worker.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A participant's server and what calls it, each in a JVM of its own with the same flags. */
final class Pair implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  /** What an answer may take on top of the run: calls that are still under way, collections. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Jvm server;
  private final Jvm client;
  private final boolean multiplexes;

  private Pair(Jvm server, Jvm client, boolean multiplexes) {
    this.server = server;
    this.client = client;
    this.multiplexes = multiplexes;
  }

  /**
   * Starts both sides of a contender.
   *
   * @param flags of all JVMs
   * @param logs where their stderr goes
   */
  static Pair start(Participant participant, List<String> flags, Path logs)
      throws IOException, FailedException {
    Contender contender = (Contender) participant.served();
    return start(
        participant,
        flags,
        logs,
        List.of("call", participant.rivalClass(), participant.name()),
        List.of(),
        contender.multiplexes());
  }

  /** Starts a server and the generator that feeds it. */
  static Pair startFed(Participant participant, int inFlight, List<String> flags, Path logs)
      throws IOException, FailedException {
    return start(
        participant, flags, logs, List.of("feed"), List.of(String.valueOf(inFlight)), true);
  }

  private static Pair start(
      Participant participant,
      List<String> flags,
      Path logs,
      List<String> beforePort,
      List<String> afterPort,
      boolean multiplexes)
      throws IOException, FailedException {
    List<String> allFlags = new ArrayList<>(flags);
    allFlags.addAll(participant.served().jvmFlags());
    String name = participant.name();
    Jvm server =
        new Jvm(
            participant.classPath(),
            allFlags,
            logs.resolve(name + "-server.log"),
            List.of("serve", participant.rivalClass(), name));
    Jvm client = null;
    try {
      List<String> args = new ArrayList<>(beforePort);
      args.add(server.read(START)[1]);
      args.addAll(afterPort);
      client = new Jvm(participant.classPath(), allFlags, logs.resolve(name + "-client.log"), args);
      client.read(START);
      return new Pair(server, client, multiplexes);
    } catch (IOException | FailedException e) {
      if (client != null) {
        client.close();
      }
      server.close();
      throw e;
    }
  }

  boolean isAlive() {
    return server.isAlive() && client.isAlive();
  }

  Sample closed(Work work, int callers, int connections, Duration time) throws FailedException {
    boolean asSaid = multiplexes || connections == Workload.Closed.FRESH;
    int open = asSaid ? connections : Math.max(callers, connections);
    return run("closed " + work + " " + callers + " " + open + " " + time.toMillis(), time);
  }

  Sample open(double perSecond, Duration time) throws FailedException {
    return run("open " + perSecond + " " + time.toMillis(), time);
  }

  Sample feed(Duration time) throws FailedException {
    return run("feed " + time.toMillis(), time);
  }

  /**
   * Opens connections until there are so many, measures what they hold, and what they do for so
   * long, and closes them.
   */
  IdleSample idle(int connections, Duration watched) throws FailedException {
    client.ask("idle 1", PATIENCE);
    Memory serverBefore = memory(server);
    Memory clientBefore = memory(client);
    client.ask("idle " + connections, PATIENCE);
    Memory serverAfter = memory(server);
    Memory clientAfter = memory(client);
    long serverCpu = cpuNanos(server);
    long clientCpu = cpuNanos(client);
    client.ask("rest " + watched.toMillis(), PATIENCE.plus(watched));
    serverCpu = cpuNanos(server) - serverCpu;
    clientCpu = cpuNanos(client) - clientCpu;
    client.ask("idle 1", PATIENCE);
    int more = connections - 1;
    return new IdleSample(
        more,
        IdleSample.Cost.of(more, serverBefore, serverAfter, serverCpu, watched),
        IdleSample.Cost.of(more, clientBefore, clientAfter, clientCpu, watched));
  }

  private static Memory memory(Jvm side) throws FailedException {
    return Memory.ofWords(side.ask("memory", PATIENCE));
  }

  private static long cpuNanos(Jvm side) throws FailedException {
    return Usage.ofWords(side.ask("usage", PATIENCE), 0).cpuNanos();
  }

  /** One run; both sides are otherwise idle. */
  private Sample run(String command, Duration time) throws FailedException {
    Usage before = Usage.ofWords(server.ask("usage", PATIENCE), 0);
    String[] words = client.ask(command, PATIENCE.plus(time));
    return Sample.ofWords(words, Usage.ofWords(server.ask("usage", PATIENCE), 0).since(before));
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}

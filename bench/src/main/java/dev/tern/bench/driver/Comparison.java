package dev.tern.bench.driver;

import dev.tern.bench.contender.Work;
import dev.tern.bench.draw.Machine;
import dev.tern.bench.draw.Progress;
import dev.tern.bench.draw.Spread;
import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.driver.workload.Workload.Fed;
import dev.tern.bench.driver.workload.Workload.Idle;
import dev.tern.bench.driver.workload.Workload.Open;
import dev.tern.bench.report.IdleSample;
import dev.tern.bench.report.Results;
import dev.tern.bench.report.Results.CommandTime;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.report.Results.SystemUnderTest;
import dev.tern.bench.worker.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Contenders side by side: all JVMs live for the whole sitting, and rounds are interleaved, so that
 * a noisy minute hits all of them. One that fails costs its own figures only.
 */
final class Comparison {
  private final Rivals rivals;
  private final List<Workload> workloads;
  private final Settings settings;
  private final Path logs;
  private final Progress progress;
  private final List<Section> sections = new ArrayList<>();
  private final long began = System.nanoTime();

  /**
   * @param logs a folder for what the JVMs say
   */
  Comparison(
      Rivals rivals, List<Workload> workloads, Settings settings, Path logs, Progress progress) {
    this.rivals = rivals;
    this.workloads = workloads;
    this.settings = settings;
    this.logs = logs;
    this.progress = progress;
  }

  /** How many steps the progress shows. */
  static int steps(Rivals rivals, List<Workload> workloads, Settings settings) {
    int steps = 2 * rivals.contenders().size();
    for (Workload workload : workloads) {
      long all = rivals.contenders().stream().filter(one -> takesPart(one, workload)).count();
      steps += steps(workload, all, rivals, settings);
    }
    return steps;
  }

  private static int steps(Workload workload, long entrants, Rivals rivals, Settings settings) {
    int rounds = settings.roundsOf(workload);
    return Math.toIntExact(
        switch (workload) {
          case Closed closed -> entrants * (rounds + (closed.warmUp() ? 1 : 0));
          case Open _, Idle _ -> entrants * rounds;
          case Fed _ -> rivals.servers().size() * (1L + rounds);
        });
  }

  private static boolean takesPart(Participant participant, Workload workload) {
    return workload.isForAll() || participant.isCore();
  }

  /**
   * Measures everything.
   *
   * @param commands how long commands take, known before
   */
  Results run(List<CommandTime> commands) {
    Machine machine = Machine.describe(String.join(" ", settings.allFlags()));
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    List<Entrant> entrants = new ArrayList<>();
    try {
      start(entrants);
      for (Entrant entrant : entrants) {
        progress.step("warming up", entrant.name());
        entrant.attempt(pair -> pair.closed(Work.ADD, 512, 1, settings.warmUp()));
      }
      for (Workload workload : workloads) {
        measure(workload, entrants);
      }
    } finally {
      entrants.forEach(Entrant::close);
    }
    return new Results(
        started, machine, settings.inWords(), systems(), List.copyOf(sections), commands);
  }

  /** As many at once as there are processors. */
  private void start(List<Entrant> entrants) {
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService starters = Executors.newFixedThreadPool(processors)) {
      List<CompletableFuture<Entrant>> starting = new ArrayList<>();
      for (Participant one : rivals.contenders()) {
        starting.add(
            CompletableFuture.supplyAsync(
                () -> Entrant.start(one, () -> Pair.start(one, settings.jvmFlags(), logs)),
                starters));
      }
      for (int i = 0; i < starting.size(); i++) {
        progress.step("starting", rivals.contenders().get(i).name());
        entrants.add(starting.get(i).join());
      }
    }
  }

  private List<SystemUnderTest> systems() {
    return Stream.concat(rivals.contenders().stream(), rivals.servers().stream())
        .map(
            one ->
                new SystemUnderTest(
                    one.name(),
                    one.folder(),
                    one.version(),
                    one.served().configuration(),
                    one.served().jvmFlags()))
        .toList();
  }

  private void measure(Workload workload, List<Entrant> all) {
    List<Entrant> entrants =
        all.stream().filter(entrant -> takesPart(entrant.participant(), workload)).toList();
    if (isPast(settings.limit())) {
      progress.skip(steps(workload, entrants.size(), rivals, settings));
      add(workload, entrants.stream().map(one -> Row.failed(one.name(), "out of time")).toList());
      return;
    }
    switch (workload) {
      case Closed closed -> {
        if (closed.warmUp()) {
          for (Entrant entrant : entrants) {
            progress.step(closed.title(), entrant.name() + ", warming up");
            entrant.attempt(pair -> closed(closed, pair, settings.workWarmUp()));
          }
        }
        rounds(
            workload,
            entrants,
            (entrant, pair) -> entrant.add(closed(closed, pair, settings.run())));
      }
      case Open open ->
          rounds(
              workload,
              entrants,
              (entrant, pair) ->
                  entrant.add(pair.open(open.share() * peak(entrant, pair), settings.run())));
      case Idle idle ->
          rounds(workload, entrants, (entrant, pair) -> entrant.add(idle(idle, entrant, pair)));
      case Fed fed -> feed(fed);
    }
  }

  private static Sample closed(Closed workload, Pair pair, Duration time) throws FailedException {
    return pair.closed(workload.work(), workload.callers(), workload.connections(), time);
  }

  private IdleSample idle(Idle workload, Entrant entrant, Pair pair) throws FailedException {
    boolean threads = entrant.name().startsWith("threads-");
    return pair.idle(
        threads ? workload.connectionsOfThreads() : workload.connections(), settings.run());
  }

  /** What it reached in a closed loop with many callers: measured before, or now. */
  private double peak(Entrant entrant, Pair pair) throws FailedException {
    for (Section section : sections) {
      var row = section.row(entrant.name());
      if (section.id().equals("add-512") && row.isPresent()) {
        return Spread.of(row.get().samples(), Sample::callsPerSecond).median();
      }
    }
    return pair.closed(Work.ADD, 512, 1, settings.run()).callsPerSecond();
  }

  private void feed(Fed workload) {
    List<Entrant> entrants = new ArrayList<>();
    try {
      for (Participant server : rivals.servers()) {
        progress.step(workload.title(), server.name() + ", warming up");
        Entrant entrant =
            Entrant.start(
                server,
                () -> Pair.startFed(server, workload.inFlight(), settings.jvmFlags(), logs));
        entrants.add(entrant);
        entrant.attempt(pair -> pair.feed(settings.warmUp()));
      }
      rounds(workload, entrants, (entrant, pair) -> entrant.add(pair.feed(settings.run())));
    } finally {
      entrants.forEach(Entrant::close);
    }
  }

  private interface Round {
    void run(Entrant entrant, Pair pair) throws FailedException;
  }

  /** Each contender once, then each again; a section of the results. */
  private void rounds(Workload workload, List<Entrant> entrants, Round round) {
    for (int i = 0; i < settings.roundsOf(workload); i++) {
      if (i > 0 && isPast(settings.budget())) {
        progress.skip((settings.roundsOf(workload) - i) * entrants.size());
        break;
      }
      for (Entrant entrant : entrants) {
        progress.step(workload.title(), entrant.name());
        entrant.attempt(pair -> round.run(entrant, pair));
      }
    }
    add(workload, entrants.stream().map(Entrant::takeRow).toList());
  }

  private boolean isPast(Duration time) {
    return System.nanoTime() - began > time.toNanos();
  }

  private void add(Workload workload, List<Row> measured) {
    List<Row> rows = new ArrayList<>(measured);
    if (workload.isForAll()) {
      rivals.missing().forEach((name, reason) -> rows.add(Row.failed(name, reason)));
    }
    sections.add(new Section(workload.id(), workload.title(), List.copyOf(rows)));
  }
}

package dev.tern.bench.driver;

import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.pairs.Figure;
import dev.tern.bench.worker.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Callers that each wait for their answer, server and client each in a JVM of its own. */
record PairedCalls(Closed workload) implements Paired {
  /** Of warming up: an end also where the processor has hardly anything to do. */
  private static final int MOST_TURNS = 60;

  @Override
  public String id() {
    return workload.id();
  }

  @Override
  public String title() {
    return workload.title();
  }

  @Override
  public List<Figure> figures() {
    return List.of(
        Figure.CPU_MICROS,
        Figure.CALLS_A_SECOND,
        Figure.SERVER_BYTES,
        Figure.CLIENT_BYTES,
        Figure.P50_MICROS,
        Figure.P99_MICROS);
  }

  @Override
  public int pairsAStart(int asked) {
    return asked;
  }

  @Override
  public Subject start(Build build, PairsSettings settings, Path logs)
      throws IOException, FailedException {
    Participant participant = build.contender(settings.contender(build.role()));
    Pair pair = Pair.start(participant, settings.jvmFlags(), logs);
    return new Subject() {
      private long warmNanos;
      private int turns;

      @Override
      public boolean warmUp() throws FailedException {
        // By processor time: on a busy machine the compiler takes longer, too.
        Sample sample = run(settings.slice());
        warmNanos += sample.server().cpuNanos() + sample.client().cpuNanos();
        turns++;
        return warmNanos >= settings.warmUp().toNanos() || turns >= MOST_TURNS;
      }

      @Override
      public List<Double> slice() throws FailedException {
        Sample sample = run(settings.slice());
        return List.of(
            sample.serverCpuMicros() + sample.clientCpuMicros(),
            sample.callsPerSecond(),
            sample.serverBytesPerCall(),
            sample.clientBytesPerCall(),
            sample.latencyMicros(50),
            sample.latencyMicros(99));
      }

      private Sample run(Duration time) throws FailedException {
        return pair.closed(workload.work(), workload.callers(), workload.connections(), time);
      }

      @Override
      public void close() {
        pair.close();
      }
    };
  }
}

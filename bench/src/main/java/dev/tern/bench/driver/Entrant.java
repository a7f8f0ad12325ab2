package dev.tern.bench.driver;

import dev.tern.bench.report.IdleSample;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.worker.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A participant in a run: its JVMs, if they started, and what it has measured in the workload that
 * runs. Once it has failed, it sits out the rest of the workload; once its JVMs are gone, all.
 */
final class Entrant implements AutoCloseable {
  private final Participant participant;
  private final @Nullable Pair pair;
  private final List<Sample> samples = new ArrayList<>();
  private final List<IdleSample> idle = new ArrayList<>();
  private @Nullable String failure;

  private Entrant(Participant participant, @Nullable Pair pair, @Nullable String failure) {
    this.participant = participant;
    this.pair = pair;
    this.failure = failure;
  }

  interface Start {
    Pair pair() throws IOException, FailedException;
  }

  interface Attempt {
    void run(Pair pair) throws FailedException;
  }

  static Entrant start(Participant participant, Start start) {
    try {
      return new Entrant(participant, start.pair(), null);
    } catch (FailedException | IOException e) {
      return new Entrant(participant, null, "cannot start: " + e.getMessage());
    }
  }

  Participant participant() {
    return participant;
  }

  String name() {
    return participant.name();
  }

  /** Runs something, unless it has failed before. */
  void attempt(Attempt attempt) {
    if (pair == null || failure != null) {
      return;
    }
    try {
      attempt.run(pair);
    } catch (FailedException e) {
      failure = e.getMessage();
    }
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  void add(IdleSample sample) {
    idle.add(sample);
  }

  /** The row of the workload that ends; the next one begins with a clean slate if it still can. */
  Row takeRow() {
    Row row =
        failure == null
            ? new Row(name(), null, List.copyOf(samples), List.copyOf(idle))
            : Row.failed(name(), failure);
    samples.clear();
    idle.clear();
    if (pair != null && pair.isAlive()) {
      failure = null;
    }
    return row;
  }

  @Override
  public void close() {
    if (pair != null) {
      pair.close();
    }
  }
}

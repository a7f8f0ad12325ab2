package dev.tern.bench.driver;

import dev.tern.bench.pairs.Estimate;
import dev.tern.bench.pairs.Figure;
import dev.tern.bench.pairs.PairsResults.Measured;
import dev.tern.bench.pairs.PairsResults.Row;
import dev.tern.bench.pairs.Twice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A workload that two builds are compared by, and what has been measured of it so far. */
final class Course {
  private final Paired paired;
  private final Build before;
  private final Build after;
  private final PairsSettings settings;
  private final Path logs;
  private final PairsProgress progress;

  /** Of each figure the starts, of each start the pairs. */
  private final List<List<List<Twice>>> figures = new ArrayList<>();

  private int pairs;
  private @Nullable String failure;

  Course(
      Paired paired,
      Build before,
      Build after,
      PairsSettings settings,
      Path logs,
      PairsProgress progress) {
    this.paired = paired;
    this.before = before;
    this.after = after;
    this.settings = settings;
    this.logs = logs;
    this.progress = progress;
    paired.figures().forEach(_ -> figures.add(new ArrayList<>()));
  }

  boolean isOver() {
    return failure != null || settings.rule().isEnough(estimate());
  }

  private Estimate estimate() {
    return Estimate.of(figures.getFirst());
  }

  /** Starts both builds and measures some pairs; whatever fails ends this course alone. */
  void start() {
    figures.forEach(starts -> starts.add(new ArrayList<>()));
    progress.starting(paired.id());
    try (Side one = new Side(before);
        Side other = new Side(after)) {
      while (!one.isWarm || !other.isWarm) {
        one.warmUp();
        other.warmUp();
      }
      int wanted =
          Math.min(paired.pairsAStart(settings.pairsAStart()), settings.rule().pairs() - pairs);
      for (int i = 0; i < wanted; i++) {
        pair(one, other);
      }
    } catch (FailedException e) {
      String reason = String.valueOf(e.getMessage());
      failure = reason;
      progress.failed(paired.id(), reason);
    }
  }

  /** The first of a pair may find the processor cooler, or a cache warmer: so they take turns. */
  private void pair(Side one, Side other) throws FailedException {
    boolean inOrder = pairs % 2 == 0;
    List<Double> first = (inOrder ? one : other).slice();
    List<Double> second = (inOrder ? other : one).slice();
    for (int i = 0; i < figures.size(); i++) {
      double earlier = (inOrder ? first : second).get(i);
      double later = (inOrder ? second : first).get(i);
      figures.get(i).getLast().add(twice(paired.figures().get(i), earlier, later));
    }
    pairs++;
    progress.pair(paired.id(), estimate(), settings.rule());
  }

  private static Twice twice(Figure figure, double before, double after) throws FailedException {
    try {
      return new Twice(before, after);
    } catch (IllegalArgumentException e) {
      throw new FailedException(figure.inWords() + ": " + e.getMessage(), e);
    }
  }

  Row row() {
    List<Measured> measured = new ArrayList<>();
    for (int i = 0; i < figures.size(); i++) {
      measured.add(
          new Measured(
              paired.figures().get(i), figures.get(i).stream().map(List::copyOf).toList()));
    }
    return new Row(paired.id(), paired.title(), failure, List.copyOf(measured));
  }

  /** One of the two builds; what goes wrong says which. */
  private final class Side implements AutoCloseable {
    private final Build build;
    private final Subject subject;
    private boolean isWarm;

    Side(Build build) throws FailedException {
      this.build = build;
      subject =
          attempt(
              () ->
                  paired.start(
                      build,
                      settings,
                      Files.createDirectories(logs.resolve("pairs-" + build.role().inWords()))));
    }

    /** As long as one of the two is not warm, the other one goes on as well. */
    void warmUp() throws FailedException {
      isWarm = attempt(subject::warmUp);
    }

    List<Double> slice() throws FailedException {
      return attempt(subject::slice);
    }

    private <T> T attempt(Attempt<T> attempt) throws FailedException {
      try {
        return attempt.run();
      } catch (FailedException | IOException e) {
        throw new FailedException(
            build.role().inWords() + " (" + build.words() + "): " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      subject.close();
    }
  }

  private interface Attempt<T> {
    T run() throws IOException, FailedException;
  }
}

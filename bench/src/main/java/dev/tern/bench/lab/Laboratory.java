package dev.tern.bench.lab;

import dev.tern.bench.draw.Progress;
import dev.tern.bench.lab.study.Cell;
import dev.tern.bench.lab.study.Result;
import dev.tern.bench.lab.study.Size;
import dev.tern.bench.lab.study.Study;
import dev.tern.bench.lab.trial.Figures;
import dev.tern.bench.lab.trial.Setting;
import dev.tern.bench.lab.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Makes the trials of experiments. */
final class Laboratory {
  private final Size size;
  private final long seed;
  private final Progress progress;

  Laboratory(Size size, long seed, Progress progress) {
    this.size = size;
    this.seed = seed;
    this.progress = progress;
  }

  /** How many trials these experiments have. */
  static int trials(List<Study> studies, Size size) {
    return studies.stream().mapToInt(study -> study.settings(size).size()).sum();
  }

  /**
   * What a trial draws its chances from: the same whether an experiment is run alone or with
   * others.
   */
  static long seedOf(long seed, Study study, int trial) {
    return 31 * (31 * seed + study.name().hashCode()) + trial;
  }

  Result run(Study study) throws InterruptedException {
    List<Setting> settings = study.settings(size);
    Semaphore places = new Semaphore(study.sideBySide());
    List<Future<Figures>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < settings.size(); i++) {
        Setting setting = settings.get(i);
        long own = seedOf(seed, study, i);
        places.acquire();
        progress.step(study.name(), setting.label());
        running.add(
            threads.submit(
                () -> {
                  try {
                    return Trial.run(setting, own, study.binMillis());
                  } finally {
                    places.release();
                  }
                }));
      }
    }
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      cells.add(new Cell(settings.get(i), figures(running.get(i), settings.get(i))));
    }
    return new Result(study, cells);
  }

  private static Figures figures(Future<Figures> trial, Setting setting)
      throws InterruptedException {
    try {
      return trial.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(setting.label() + ": " + e.getCause(), e);
    }
  }
}

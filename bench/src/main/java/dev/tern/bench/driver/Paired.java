package dev.tern.bench.driver;

import dev.tern.bench.pairs.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A workload that two builds are compared by. */
interface Paired {
  /** Stable, for choosing it on the command line. */
  String id();

  /** For the reader. */
  String title();

  /** What is measured; the first decides. */
  List<Figure> figures();

  /**
   * How many pairs are measured between two starts. One where a start is what is measured.
   *
   * @param asked for those whose processes live longer
   */
  int pairsAStart(int asked);

  /**
   * Starts one build.
   *
   * @param logs a folder for what its processes say
   */
  Subject start(Build build, PairsSettings settings, Path logs) throws IOException, FailedException;
}

package dev.tern.bench.lab.study;

import java.util.List;

/** An experiment that has been made. */
public record Result(Study study, List<Cell> cells) {
  /** What it says. */
  public Shown shown() {
    return study.show(cells);
  }
}

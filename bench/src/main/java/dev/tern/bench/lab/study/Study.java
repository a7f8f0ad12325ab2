package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Setting;
import java.util.List;

/**
 * One experiment: a question, the trials that answer it, and the answer that their figures give.
 */
public interface Study {
  /** By which it is run alone. */
  String name();

  /** What a reader wants to know. */
  String question();

  /** How it is measured, in some sentences. */
  String how();

  /** The trials. */
  List<Setting> settings(Size size);

  /** How many trials run side by side: those that mostly wait do not disturb each other. */
  default int sideBySide() {
    return 4;
  }

  /** How fine the time is told, in milliseconds. */
  default int binMillis() {
    return 100;
  }

  /**
   * What follows from the figures: nothing but these counts.
   *
   * @param cells of the {@link #settings}, in their order
   */
  Shown show(List<Cell> cells);
}

package dev.tern.bench.lab.study;

import dev.tern.bench.lab.trial.Service;
import dev.tern.core.limit.ConcurrencyLimit;
import org.jspecify.annotations.Nullable;

/** How the server of an experiment with overload admits calls. */
enum AdmissionKind {
  /** All at once. */
  NONE("no limit"),
  /** As many as it can work at, and as many that wait. */
  FIXED("fixed limit"),
  /** As many as run without taking longer. */
  ADAPTIVE("adaptive limit");

  /** How many calls the server can work at. */
  static final int PLACES = 8;

  /** Of work for each call. */
  static final int WORK_MILLIS = 10;

  /** What an adaptive limit may come to. */
  private static final int MOST = 256;

  private final String label;

  AdmissionKind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** One of those by its label. */
  static boolean is(Cell cell, AdmissionKind kind) {
    return cell.setting().label().startsWith(kind.label);
  }

  Service service() {
    return Service.taking(WORK_MILLIS).working(PLACES).limited(limit());
  }

  private @Nullable ConcurrencyLimit limit() {
    return switch (this) {
      case NONE -> null;
      case FIXED -> ConcurrencyLimit.fixed(PLACES).fairShare(1);
      case ADAPTIVE -> ConcurrencyLimit.adaptive(1, MOST).queue(PLACES).fairShare(1);
    };
  }

  /** What the server can do, in calls a second. */
  static int capacity() {
    return PLACES * 1_000 / WORK_MILLIS;
  }
}

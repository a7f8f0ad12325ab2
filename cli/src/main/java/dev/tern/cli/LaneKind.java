package dev.tern.cli;

import dev.tern.core.Lane;
import java.util.Locale;

/** The lanes to choose from. */
enum LaneKind {
  VIRTUAL,
  INLINE;

  Lane lane() {
    return switch (this) {
      case VIRTUAL -> Lane.VIRTUAL;
      case INLINE -> Lane.INLINE;
    };
  }

  /** As on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.tern.cli.options;

import dev.tern.core.Lane;
import java.util.Locale;

/** The lanes to choose from. */
public enum LaneKind {
  VIRTUAL,
  INLINE;

  public Lane lane() {
    return switch (this) {
      case VIRTUAL -> Lane.VIRTUAL;
      case INLINE -> Lane.INLINE;
    };
  }

  /** As on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

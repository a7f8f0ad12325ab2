package dev.tern.bench.driver;

import java.util.Locale;

/** Which of the two builds that are compared. */
enum Role {
  BEFORE,
  AFTER;

  String inWords() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.tern.bench.driver;

import org.jspecify.annotations.Nullable;

/** A contender did not do what it was asked; the message is the reason, for a cell of the table. */
final class FailedException extends Exception {
  private static final long serialVersionUID = 1;

  FailedException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
  }
}

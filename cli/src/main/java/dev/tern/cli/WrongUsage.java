package dev.tern.cli;

/** A command cannot do what it was told: nothing was sent. The message says why. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message, null, false, false);
  }
}

package dev.tern.cli.terminal;

/** A command cannot do what it was told: nothing was sent. The message says why. */
public final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongUsage(String message) {
    super(message, null, false, false);
  }
}

package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.limit.ConcurrencyLimit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many calls run at once, if somebody wants a limit. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeLimit {
  @Option(
      names = "--max-running",
      paramLabel = "N",
      converter = Arguments.OfCalls.class,
      description =
          "how many calls run at once; more wait, then are SERVER_BUSY; one address has nine tenths"
              + " at most; for --lane virtual")
  private @Nullable Integer most;

  @Option(
      names = "--queue",
      paramLabel = "N",
      converter = Arguments.OfCalls.class,
      description = "how many calls wait for that (default: as many as run)")
  private @Nullable Integer queue;

  @Option(
      names = "--adaptive",
      description = "finds out from how long calls take how many of --max-running do run")
  private boolean adaptive;

  /** The limit; null for none. */
  @Nullable ConcurrencyLimit chosen() {
    if (most == null) {
      if (queue != null || adaptive) {
        throw new WrongUsage(
            (adaptive ? "--adaptive" : "--queue")
                + " without --max-running (expected: both, or neither)");
      }
      return null;
    }
    if (most < 1) {
      throw new WrongUsage("--max-running: 0 (expected: at least 1)");
    }
    ConcurrencyLimit limit =
        adaptive ? ConcurrencyLimit.adaptive(1, most) : ConcurrencyLimit.fixed(most);
    return queue == null ? limit : limit.queue(queue);
  }
}

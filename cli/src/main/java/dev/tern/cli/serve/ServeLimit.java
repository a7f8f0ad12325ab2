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
          "how many calls run at once; more wait, then are SERVER_BUSY; for --lane virtual")
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

  @Option(
      names = "--fair-share",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description =
          "how much of these two one caller may hold, who is told by his certificate or else his"
              + " address; 1 where all come by one address, as behind a gateway (default: 0.9)")
  private @Nullable Double fairShare;

  /** The limit; null for none. */
  @Nullable ConcurrencyLimit chosen() {
    if (most == null) {
      String useless =
          adaptive
              ? "--adaptive"
              : queue != null ? "--queue" : fairShare != null ? "--fair-share" : null;
      if (useless != null) {
        throw new WrongUsage(useless + " without --max-running (expected: both, or neither)");
      }
      return null;
    }
    if (most < 1) {
      throw new WrongUsage("--max-running: 0 (expected: at least 1)");
    }
    ConcurrencyLimit limit =
        adaptive ? ConcurrencyLimit.adaptive(1, most) : ConcurrencyLimit.fixed(most);
    limit = queue == null ? limit : limit.queue(queue);
    return fairShare == null ? limit : shared(limit, fairShare);
  }

  private static ConcurrencyLimit shared(ConcurrencyLimit limit, double share) {
    if (share <= 0) {
      throw new WrongUsage("--fair-share: 0 (expected: more than 0, at most 1)");
    }
    return limit.fairShare(share);
  }
}

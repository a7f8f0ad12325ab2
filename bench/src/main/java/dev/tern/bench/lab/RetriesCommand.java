package dev.tern.bench.lab;

import dev.tern.bench.lab.study.Size;
import dev.tern.bench.lab.study.Studies;
import picocli.CommandLine.Command;

/** {@code tern lab retries}: experiments with retries. */
@Command(
    name = "retries",
    description = {
      "Experiments with retries against a real server behind a network that loses.",
      "Writes a page with the answers and plots, and a CSV of all trials beside it.",
      "Experiments: drop, delay, backoff, jitter, budget, outage, storm, hedging, once, replays,",
      "overload.",
      "All of them take some minutes, with --quick about one."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class RetriesCommand extends StudiesCommand {
  /** With the usual sizes. */
  public RetriesCommand() {
    this(Size.QUICK, Size.FULL);
  }

  RetriesCommand(Size quickSize, Size fullSize) {
    super("retries", Studies.RETRIES, quickSize, fullSize);
  }
}

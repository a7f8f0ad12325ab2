package dev.tern.bench.lab;

import dev.tern.bench.lab.study.Size;
import dev.tern.bench.lab.study.Studies;
import picocli.CommandLine.Command;

/** {@code tern lab overload}: experiments with more load than a server can bear. */
@Command(
    name = "overload",
    description = {
      "Experiments with more load than a server can bear: what its limits keep, and for whom.",
      "Writes a page with the answers and plots, and a CSV of all trials beside it.",
      "Experiments: capacity, recovery, fairness, deadlines. All of them take some minutes, with --quick less than one."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class OverloadCommand extends StudiesCommand {
  /** With the usual sizes. */
  public OverloadCommand() {
    this(Size.QUICK, Size.FULL);
  }

  OverloadCommand(Size quickSize, Size fullSize) {
    super("overload", Studies.OVERLOAD, quickSize, fullSize);
  }
}

package dev.tern.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stands here for the help only: the script starts another program, on a larger class path. */
abstract class OtherProgram implements Callable<Integer> {
  private final String what;
  private @Nullable @Spec CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // takes the arguments of the other program
  @Parameters(hidden = true)
  private final List<String> ignored = new ArrayList<>();

  /**
   * @param what is not here
   */
  OtherProgram(String what) {
    this.what = what;
  }

  @Override
  public Integer call() {
    CommandSpec own = Objects.requireNonNull(spec);
    throw new ParameterException(
        own.commandLine(),
        "%s not on this class path (expected: a start by the script, ./tern %s)"
            .formatted(what, own.name()));
  }

  /** The benchmarks. */
  @Command(
      name = "bench",
      description = "Measures throughput and latency; run it as ./tern bench.",
      mixinStandardHelpOptions = true)
  static final class Bench extends OtherProgram {
    Bench() {
      super("the benchmarks are");
    }
  }

  /** The laboratory. */
  @Command(
      name = "lab",
      description = "Experiments, such as with retries on a bad network; run it as ./tern lab.",
      mixinStandardHelpOptions = true)
  static final class Lab extends OtherProgram {
    Lab() {
      super("the laboratory is");
    }
  }
}

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
@Command(
    name = "bench",
    description = "Measures throughput and latency; run it as ./tern bench.",
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  private @Nullable @Spec CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // takes the arguments of the other program
  @Parameters(hidden = true)
  private final List<String> ignored = new ArrayList<>();

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "the benchmarks are not on this class path (expected: a start by the script, ./tern"
            + " bench)");
  }
}

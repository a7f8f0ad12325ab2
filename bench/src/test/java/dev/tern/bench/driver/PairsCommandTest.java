package dev.tern.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PairsCommandTest {
  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return new CommandLine(new PairsCommand())
        .setErr(new PrintWriter(err, true))
        .setOut(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void theOtherBuildMustBeNamed() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option: '--before=DIR'");
  }

  @Test
  void aFolderThatIsMissingIsNamed() {
    Path missing = folder.resolve("missing");
    assertThat(run("--before", missing.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--before: "
                + missing
                + " is no folder (expected: a checkout of Tern, or the dist folder of one)");
  }

  @Test
  void aFolderWithoutABuildIsNamed() {
    assertThat(run("--before", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--before: " + folder + " is not built: no bench/");
  }

  @Test
  void aCheckoutThatCannotBeBuiltIsNamed() throws IOException {
    Path script = folder.resolve("tern");
    Files.writeString(script, "#!/bin/sh\nexit 7\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    assertThat(run("--before", folder.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("./tern bench --help ends with exit code 7 there (expected: 0)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pairs 0         | --pairs: 0 (expected: at least 1)",
        "--pairs-a-start 0 | --pairs-a-start: 0 (expected: at least 1)",
        "--millis 0        | --millis: 0 (expected: at least 1)",
        "--warm-up 0       | --warm-up: 0 (expected: at least 1)",
        "--minutes 0       | --minutes: 0 (expected: at least 1)",
        "--width 0         | --width: 0.0 (expected: more than 0)",
        "--at-most NaN     | --at-most: NaN (expected: a number)",
        "--contender grpc  | --contender: grpc (expected: of echo,netty-inline,",
        "--before-contender x | --before-contender: x (expected: of echo,netty-inline,",
        "--workloads idle  | --workloads: idle (expected: of add-1,add-64,add-512,order-64,",
        "--param shape=X   | --param: shape (expected: of the parameters of what --jmh matches"
      })
  void whatMakesNoSenseIsRefused(String option, String message) {
    String[] args = ("--before " + folder + " " + option).split(" ", -1);
    assertThat(run(args)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void helpSaysWhatIsDoneAndWhatTheExitCodeMeans() {
    assertThat(run("--help")).isZero();
    assertThat(err.toString())
        .contains("until the 95 % interval of the ratio")
        .contains("Exit code: 0, or 1 if something could not be measured.");
  }

  @Test
  void eachWorkloadHasAnIdOfItsOwn() {
    assertThat(PairsCommand.all().stream().map(Paired::id))
        .doesNotHaveDuplicates()
        .contains("add-1", "add-64", "add-512", "order-64", "command");
  }
}

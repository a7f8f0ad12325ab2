package dev.tern.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of the commands that measure contenders, and what follows from them. */
final class Common {
  @Option(
      names = "--contenders",
      split = ",",
      paramLabel = "NAME",
      description =
          "only these, a list, also of variants such as netty-inline-tls (default: all but variants)")
  private List<String> contenders = List.of();

  @Mixin private final JvmFlags jvmFlags = new JvmFlags();

  /** Where the project lies: said by the script. */
  static Path root() {
    return Path.of(System.getProperty("tern.root", ".")).toAbsolutePath().normalize();
  }

  List<String> jvmFlags() {
    return jvmFlags.flags();
  }

  /** Those that were asked for. */
  Rivals chosen(Rivals all, CommandLine commands) {
    if (contenders.isEmpty()) {
      return all;
    }
    List<Participant> known =
        Stream.concat(all.contenders().stream(), all.variants().stream()).toList();
    return all.only(named(contenders, known, Participant::name, "--contenders", commands));
  }

  /**
   * The ones with these names.
   *
   * @throws ParameterException if there is none with one of them
   */
  static <T> List<T> named(
      List<String> names,
      List<T> all,
      Function<T, String> nameOf,
      String option,
      CommandLine commands) {
    List<T> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          all.stream()
              .filter(one -> nameOf.apply(one).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          commands,
                          option
                              + ": "
                              + name
                              + " (expected: of "
                              + String.join(",", all.stream().map(nameOf).toList())
                              + ")")));
    }
    return chosen;
  }

  static int positive(String option, int value, CommandLine commands) {
    if (value < 1) {
      throw new ParameterException(commands, option + ": " + value + " (expected: at least 1)");
    }
    return value;
  }

  /** The folder for what the JVMs say. */
  static Path logs() throws IOException {
    return Files.createDirectories(root().resolve("target/bench/logs"));
  }
}

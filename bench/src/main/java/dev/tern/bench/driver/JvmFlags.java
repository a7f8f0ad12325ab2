package dev.tern.bench.driver;

import java.util.List;
import picocli.CommandLine.Option;

/** An option of all commands that start JVMs. */
final class JvmFlags {
  @Option(
      names = "--jvm-flags",
      split = " ",
      paramLabel = "FLAGS",
      description = {
        "further flags for every JVM, in one argument, such as",
        "\"-XX:+UseSerialGC -Djdk.virtualThreadScheduler.parallelism=1\""
      })
  private List<String> flags = List.of();

  List<String> flags() {
    return flags;
  }
}

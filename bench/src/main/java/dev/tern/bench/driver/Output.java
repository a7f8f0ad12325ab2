package dev.tern.bench.driver;

import dev.tern.bench.report.Bars;
import dev.tern.bench.report.Json;
import dev.tern.bench.report.Page;
import dev.tern.bench.report.Results;
import dev.tern.bench.report.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The three forms of the results, as files beside each other. */
final class Output {
  private Output() {}

  /**
   * Writes them.
   *
   * @param folder is made if it is missing
   * @param name without its ending
   */
  static void write(Results results, Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".json"), Json.of(results));
    Files.writeString(folder.resolve(name + ".html"), Page.of(results));
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(table, false, StandardCharsets.UTF_8)) {
      print(results, out);
    }
    Files.write(folder.resolve(name + ".txt"), table.toByteArray());
  }

  /** The tables and the bars. */
  static void print(Results results, PrintStream out) {
    Terminal terminal = new Terminal(out);
    terminal.printSetting(results);
    terminal.print(results);
    terminal.print(Bars.of(results));
  }

  /** The name of a run that is kept: its day and its number of processors. */
  static String nameOf(Results results) {
    return results.started().substring(0, 10)
        + "-"
        + results.machine().processors()
        + (results.machine().processors() == 1 ? "-processor" : "-processors");
  }
}

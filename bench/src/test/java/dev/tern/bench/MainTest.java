package dev.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.driver.CompareCommand;
import dev.tern.bench.driver.PairsCommand;
import dev.tern.bench.lab.RetriesCommand;
import java.io.PrintWriter;
import java.io.Writer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  @ParameterizedTest
  @CsvSource({"--nonsense, 1", "jmh --nonsense, 1", "jmh --help, 0"})
  void theExitCodesAreThoseOfTern(String line, int expected) {
    CommandLine commands = new CommandLine(CommandLine.Model.CommandSpec.create());
    commands.addSubcommand(new Main.Jmh());
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    commands.setErr(nowhere).setOut(nowhere);
    assertThat(Main.run(commands, line.split(" "))).isEqualTo(expected);
  }

  /** A list of commands shows the first line of what describes each. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        CompareCommand.class,
        PairsCommand.class,
        RetriesCommand.class,
        dev.tern.bench.lab.Main.class,
        Main.Jmh.class
      })
  void theFirstLineOfADescriptionIsASentence(Class<?> command) {
    assertThat(command.getAnnotation(CommandLine.Command.class).description()[0]).endsWith(".");
  }
}

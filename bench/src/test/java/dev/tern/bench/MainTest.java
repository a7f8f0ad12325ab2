package dev.tern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.driver.CompareCommand;
import dev.tern.bench.driver.PairsCommand;
import dev.tern.bench.lab.RetriesCommand;
import dev.tern.cli.terminal.Program;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;
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
    assertThat(Program.run(commands, line.split(" "))).isEqualTo(expected);
  }

  @Test
  void anUnknownOptionIsToldInTwoLines() {
    StringWriter err = new StringWriter();
    CommandLine commands = new CommandLine(new CompareCommand());
    commands.setErr(new PrintWriter(err, true));
    assertThat(Program.run(commands, "--round", "3")).isEqualTo(1);
    assertThat(err.toString().lines())
        .hasSize(2)
        .anyMatch(
            line -> line.startsWith("compare: unknown option '--round': did you mean --rounds?"))
        .anyMatch(line -> line.equals("See compare --help."));
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

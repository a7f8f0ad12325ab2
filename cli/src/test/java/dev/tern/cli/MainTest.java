package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody expected is told in one line, and has its exit code. */
@Timeout(60)
class MainTest {
  /** A stdout at which whatever is printed fails. */
  private static PrintStream failing(Runnable failure) {
    return new PrintStream(OutputStream.nullOutputStream(), true, UTF_8) {
      @Override
      public void println(String line) {
        failure.run();
      }
    };
  }

  private static Run describe(Runnable failure) throws IOException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (FrameServer peer = FrameServer.of("3", "{}")) {
      Terminal terminal =
          new Terminal(
              new ByteArrayInputStream(new byte[0]),
              failing(failure),
              new PrintStream(err, true, UTF_8),
              false,
              Map.of());
      return new Run(Main.run(terminal, "describe", peer.address()), "", err.toString(UTF_8));
    }
  }

  @Test
  void helpIsAnOptionAndACommand() {
    Run help = Run.tern("help");
    assertThat(help).isEqualTo(Run.tern("--help"));
    assertThat(help.code()).isZero();
    assertThat(Run.tern("help", "call")).isEqualTo(Run.tern("call", "--help"));
    assertThat(Run.tern("help", "cal").err()).contains("'cal': did you mean call?");
    assertThat(Run.tern("cal", "--help")).isEqualTo(Run.tern("cal"));
  }

  @Test
  void theLineAboutEachCommandIsASentence() {
    String help = Run.tern("--help").out().replaceAll("\n {10,}", " ");
    String commands = help.substring(help.indexOf("Commands:\n") + 10, help.lastIndexOf("\n\n"));
    assertThat(commands.lines()).isNotEmpty().allMatch(line -> line.matches(".*[.:]"));
  }

  @Test
  void anOptionThatIsMeantAsAParamIsTold() {
    assertThat(Run.tern("call", "127.0.0.1:1", "inc", "key=a", "--delta", "3").err())
        .contains("unknown option '--delta'")
        .contains("; a param of the method is NAME=VALUE\n");
  }

  @Test
  void anErrorIsABugInOneLine() throws IOException {
    Run run =
        describe(
            () -> {
              throw new StackOverflowError();
            });

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("tern describe: this is a bug in tern: java.lang.StackOverflowError, at ")
        .hasLineCount(1);
  }

  @Test
  void soIsAnException() throws IOException {
    Run run =
        describe(
            () -> {
              throw new IllegalStateException("a\nb");
            });

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "tern describe: this is a bug in tern: java.lang.IllegalStateException: a\\u000ab, at ")
        .hasLineCount(1);
  }
}

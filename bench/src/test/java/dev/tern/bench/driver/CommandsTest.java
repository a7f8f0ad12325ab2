package dev.tern.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  private final StringWriter err = new StringWriter();

  private int run(Object command, String... args) {
    return new CommandLine(command).setErr(new PrintWriter(err, true)).execute(args);
  }

  @Test
  void aRunOfNoRoundsIsRefused() {
    assertThat(run(new LoopbackCommand(), "--rounds", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--rounds: 0 (expected: at least 1)");
  }

  @Test
  void noCallersAreRefused() {
    assertThat(run(new LoopbackCommand(), "--callers", "1,0")).isEqualTo(2);
    assertThat(err.toString()).contains("--callers: 0 (expected: at least 1)");
  }

  @Test
  void anUnknownContenderIsRefusedWithTheKnownOnes() {
    assertThat(run(new LoopbackCommand(), "--contenders", "nobody")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--contenders: nobody (expected: of echo,netty-inline,netty-virtual,");
  }
}

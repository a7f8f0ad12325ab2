package dev.tern.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {

  /** Stdin is none here, so Java's console says no. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheScriptSaysOfStdoutCounts(boolean said) {
    assertThat(Terminal.isTerminal(String.valueOf(said))).isEqualTo(said);
  }
}
